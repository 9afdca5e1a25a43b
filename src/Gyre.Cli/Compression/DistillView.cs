using Gyre.Cli.Training;
using Gyre.Training.Compression.Distillation;
using Gyre.Training.Finetuning;
using Gyre.Training.Loop;
using Spectre.Console;

namespace Gyre.Cli.Compression;

/// <summary>Shows what a student gained and lost.</summary>
internal static class DistillView
{
    public static void Write(Terminal terminal, DistillResult result, bool asJson)
    {
        var training = result.Training;
        if (asJson)
        {
            terminal.WriteJson(new
            {
                end = EndOf(training.End),
                training.Folder,
                OutputFolder = training.ModelFolder,
                training.Step,
                TrainingLoss = training.SmoothedLoss,
                ValidationLoss = training.BestValidationLoss,
                training.Tokens,
                training.Parameters,
                ElapsedSeconds = training.Elapsed.TotalSeconds,
                ExpectedBytes = result.Memory.TotalBytes,
                result.PeakBytes,
                result.Generated,
                result.TeacherSize,
                result.StudentSize,
                result.Speed,
                result.Report,
                Baselines = result.Baselines.Select(baseline => new { Baseline = baseline.Baseline == DistillBaseline.Labels ? "labels" : "post_training", baseline.Training.ModelFolder, baseline.Outcomes }),
            });
            return;
        }

        if (training.End == TrainingEnd.Interrupted)
        {
            return;
        }

        terminal.Rich.Write(PruneView.TableOf("teacher", "student", result.Rows()));
        if (result.Report.Count > 0)
        {
            terminal.Rich.MarkupLine("Before is the teacher, after the student:");
            terminal.Rich.Write(OutcomeTable.Draw(result.Report, result.Confidence));
        }

        foreach (var baseline in result.Baselines.Where(baseline => baseline.Outcomes.Count > 0))
        {
            terminal.Rich.MarkupLine($"Before is the same student by {(baseline.Baseline == DistillBaseline.Labels ? "labels alone" : "quantising after training")}, after what was written:");
            terminal.Rich.Write(OutcomeTable.Draw(baseline.Outcomes, result.Confidence));
        }

        var facts = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(3)).AddColumn();
        Fact("steps", $"{training.Step:N0}{(training.End == TrainingEnd.StoppedEarly ? " (stopped early)" : "")} in {TrainFormat.Time(training.Elapsed)}");
        Fact("loss", $"{training.SmoothedLoss:0.0000}, on held-out rows {(training.BestValidationLoss is { } loss ? $"{loss:0.0000} (step {training.BestStep:N0})" : "not measured")}");
        Fact("memory", $"{MemoryEstimate.Show(result.PeakBytes)} of tensors at most; {MemoryEstimate.Show(result.Memory.TotalBytes)} expected with the optimizer");
        if (result.Generated is { } counts)
        {
            Fact("teacher's answers", $"{counts.Kept:N0} of {counts.Asked:N0}; {counts.Unfinished:N0} unfinished, {counts.Empty:N0} empty, {counts.Circling:N0} in circles, {counts.Repeated:N0} repeated");
        }

        Fact("student", training.ModelFolder);
        Fact("run", training.Folder);
        terminal.Rich.Write(facts);

        void Fact(string name, string value) => facts.AddRow("[dim]" + name + "[/]", Markup.Escape(value));
    }

    private static string EndOf(TrainingEnd end) => end switch { TrainingEnd.Completed => "completed", TrainingEnd.StoppedEarly => "stopped_early", _ => "interrupted" };
}
