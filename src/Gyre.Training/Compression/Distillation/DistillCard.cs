using System.Globalization;
using System.Text;
using Gyre.Training.Compression.Measurement;
using Gyre.Training.Loop;
using Gyre.Training.Reports;
using Gyre.Training.Runs;

namespace Gyre.Training.Compression.Distillation;

/// <summary>Writes the README of a distillation: from whom, how, and what was gained and lost.</summary>
internal static class DistillCard
{
    public static string Write(DistillRecipe recipe, CorpusRecord corpus, EnvironmentRecord environment, DistillResult result, string teacherDigest)
    {
        var (loop, training) = (recipe.Training.Loop, result.Training);
        var text = new StringBuilder($"---\nbase_model: {recipe.Training.Base}\ntags: [gyre, distilled]\n---\n\n# {loop.Name}\n\n");
        text.Append(loop.Summary.Length > 0 ? loop.Summary + "\n\n" : "");
        text.Append(CultureInfo.InvariantCulture, $"A student of `{recipe.Training.Base}` (SHA-256 `{teacherDigest[..16]}…`): {StudentOf(recipe)}, {training.Parameters:N0} parameters, trained by Gyre in one process on a CPU. It learnt from {LossOf(recipe, result)}.{(recipe.Quantization is { } format ? $" Its layers were computed with as {format} stores them, and are stored so." : "")}\n\n");
        text.Append("## Teacher and student\n\n").Append(ComparisonTable.Markdown("teacher", "student", result.Rows())).Append('\n');
        text.Append(result.Report.Count == 0 ? "Quality was not measured; add tasks to the recipe's `report`.\n\n" : TaskTable.ToMarkdown(result.Report, result.Confidence) + "\nBefore is the teacher, after the student.\n\n");
        foreach (var baseline in result.Baselines)
        {
            text.Append(CultureInfo.InvariantCulture, $"## Against {Name(baseline.Baseline)}\n\nThe same student from the same start, as many steps over the same rows. Before is {Name(baseline.Baseline)}, after what is written here; intervals are of paired bootstrap samples.\n\n{TaskTable.ToMarkdown(baseline.Outcomes, result.Confidence)}\n");
        }

        text.Append("## Training\n\n");
        text.Append(CultureInfo.InvariantCulture, $"{corpus.Source}: {corpus.TrainDocuments:N0} documents, {corpus.TrainTargets:N0} targets (SHA-256 `{corpus.TrainDigest[..16]}…`); {corpus.ValidationDocuments:N0} held out.\n\n");
        text.Append(CultureInfo.InvariantCulture, $"- {training.Step:N0} of {loop.Schedule.Steps:N0} steps{(training.End == TrainingEnd.StoppedEarly ? " (stopped early)" : "")} of {recipe.Training.Batch.TokensPerStep:N0} positions; peak learning rate {loop.Schedule.Peak}; seed {loop.Seed}\n");
        text.Append(CultureInfo.InvariantCulture, $"- loss {training.SmoothedLoss:0.0000} (running average), lowest on held-out rows {(training.BestValidationLoss is { } best ? best.ToString("0.0000", CultureInfo.InvariantCulture) : "not measured")} at step {training.BestStep:N0}\n");
        text.Append(CultureInfo.InvariantCulture, $"- {training.Tokens:N0} tokens in {training.Elapsed.TotalMinutes:0.0} minutes; {environment.Processor}, {environment.Threads} threads, Gyre {environment.Gyre}\n- command: `{environment.CommandLine}`\n\n![loss](loss.svg)\n\n");
        text.Append("## Files\n\n`recipe.yaml` makes this again (`gyre distill recipe.yaml --out FOLDER`); `metrics.jsonl`, `loss.svg`, `samples.md`, `report.json`, `environment.json` and `data/` say how it went; `model/` is the student; each other student has a folder of its own.\n");
        return text.ToString();
    }

    /// <summary>A baseline in words.</summary>
    public static string Name(DistillBaseline baseline) => baseline == DistillBaseline.Labels ? "labels alone" : "quantising after training";

    private static string StudentOf(DistillRecipe recipe) => recipe.Student switch
    {
        { Every: > 0 and var every } => every == 1 ? "all of its layers" : $"every {every}. of its layers",
        { Shape: not null } => "a smaller shape from random weights",
        var student => $"begun from `{Path.GetFileName(student.Base)}`",
    };

    private static string LossOf(DistillRecipe recipe, DistillResult result)
    {
        if (result.Generated is { } counts)
        {
            return FormattableString.Invariant($"{counts.Kept:N0} answers that the teacher wrote (of {counts.Asked:N0}; {counts.Unfinished:N0} unfinished, {counts.Empty:N0} empty, {counts.Circling:N0} in circles, {counts.Repeated:N0} repeated)");
        }

        var loss = recipe.Loss ?? new Gyre.Tensors.Autodiff.DistillationOptions();
        var divergence = loss.Mixture switch { 0f => "forward", 1f => "reverse", var share => FormattableString.Invariant($"mixed ({share:0.##})") };
        return FormattableString.Invariant($"the teacher's predictions ({divergence} divergence at temperature {loss.Temperature:0.##}{(loss.LabelShare > 0 ? FormattableString.Invariant($", labels weigh {loss.LabelShare:0.##}") : "")})");
    }
}
