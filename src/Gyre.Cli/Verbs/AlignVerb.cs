using System.CommandLine;
using Gyre.Cli.Training;
using Gyre.Training.Alignment;
using Gyre.Training.Finetuning;
using Gyre.Training.Loop;
using Spectre.Console;

namespace Gyre.Cli.Verbs;

/// <summary><c>gyre align</c>: from a recipe and a base to a model that follows preferences or rewards, held against the base.</summary>
internal sealed class AlignVerb() : Verb("align", "Align a model with preferences or rewards, as a recipe says.")
{
    private readonly Argument<string> _recipe = new("RECIPE") { Description = "The recipe, a YAML file of kind align; those that come with Gyre are in recipes/." };

    private readonly Option<string> _out = new("--out") { Description = "The run folder: a new or empty one, or the one to resume.", HelpName = "DIR", Required = true };

    private readonly Option<string?> _base = new("--base") { Description = "Another base than the recipe's: a folder, a GGUF file or an installed model.", HelpName = "MODEL" };

    private readonly Option<bool> _resume = new("--resume") { Description = "Go on with the interrupted run in the folder; the result has the same bits as without the interruption." };

    private readonly Option<string?> _data = NewDataOption();

    protected override IReadOnlyList<string> Examples =>
    [
        "gyre align recipes/align-brand.yaml --out runs/brand",
        "gyre align recipes/align-brand.yaml --out runs/brand --resume",
        "gyre align my-preferences.yaml --base ./models/my-base --out runs/mine --json",
        "gyre chat runs/brand/model",
    ];

    protected override void Configure(Command command)
    {
        command.Arguments.Add(_recipe);
        command.Options.Add(_out);
        command.Options.Add(_base);
        command.Options.Add(_resume);
        command.Options.Add(_data);
    }

    protected override async Task<int> RunAsync(ParseResult parse, Terminal terminal, CancellationToken cancellationToken)
    {
        // The argument and the option are required, so the parser has checked that they are there.
        var (path, folder) = (parse.GetValue(_recipe)!, parse.GetValue(_out)!);
        var recipe = AlignmentRecipe.Load(path);
        var reference = parse.GetValue(_base);
        var source = JobBase.PathOf(reference ?? recipe.Base, reference is null ? recipe.Folder : Environment.CurrentDirectory, DataFolder.Resolve(parse.GetValue(_data)));
        var result = await TrainView.ShowAsync(
            terminal.RichError,
            recipe.Loop.Name,
            TimeProvider.System,
            observer => AlignmentJob.RunAsync(recipe, source, folder, parse.GetValue(_resume), observer, cancellationToken));
        var training = result.Training;
        if (parse.GetValue(Json))
        {
            terminal.WriteJson(new
            {
                end = training.End switch { TrainingEnd.Completed => "completed", TrainingEnd.StoppedEarly => "stopped_early", _ => "interrupted" },
                training.Folder,
                training.ModelFolder,
                training.Step,
                TrainingLoss = training.SmoothedLoss,
                ValidationLoss = training.BestValidationLoss,
                training.BestStep,
                training.Tokens,
                training.Parameters,
                ElapsedSeconds = training.Elapsed.TotalSeconds,
                ExpectedBytes = result.Memory.TotalBytes,
                result.PeakBytes,
                result.Dropped,
                result.Report?.Measures,
                result.Tasks,
                Lost = recipe.Margin > 0 ? result.Lost(recipe.Margin) : null,
            });
        }
        else if (training.End != TrainingEnd.Interrupted)
        {
            Write(terminal, recipe, result);
        }

        if (training.End != TrainingEnd.Interrupted)
        {
            return ExitCode.Success;
        }

        await terminal.Error.WriteLineAsync($"Interrupted after step {training.Step:N0}; a checkpoint is saved. Go on with:\n  gyre align {path} --out {folder} --resume");
        return ExitCode.Interrupted;
    }

    private static void Write(Terminal terminal, AlignmentRecipe recipe, AlignmentResult result)
    {
        var (training, report) = (result.Training, result.Report);
        var table = new Table().Border(TableBorder.Rounded).HideHeaders().AddColumns("", "");
        table.AddRow("steps", $"{training.Step:N0}{(training.End == TrainingEnd.StoppedEarly ? " (stopped early)" : "")}");
        table.AddRow("training loss", $"{training.SmoothedLoss:0.0000}");
        table.AddRow("validation loss", training.BestValidationLoss is { } loss ? $"{loss:0.0000} (step {training.BestStep:N0})" : "not measured");
        table.AddRow("time", TrainFormat.Time(training.Elapsed));
        table.AddRow("memory", $"{MemoryEstimate.Show(result.PeakBytes)} of tensors at most; {MemoryEstimate.Show(result.Memory.TotalBytes)} expected with optimizer and answers");
        table.AddRow("model", Markup.Escape(training.ModelFolder));
        table.AddRow("run", Markup.Escape(training.Folder));
        terminal.Rich.Write(table);
        if (report is { Measures.Count: > 0 })
        {
            var measures = new Table().Border(TableBorder.Rounded).AddColumns("against the base", "items", "value", $"{report.Confidence:P0} interval", "base");
            foreach (var measure in report.Measures)
            {
                var interval = measure is { Low: { } low, High: { } high } ? $"{low:0.000} to {high:0.000}" : "–";
                var colour = measure.IsAbove ? "green" : measure.IsBelow ? "red" : "grey";
                measures.AddRow(Markup.Escape(measure.Name), $"{measure.Items:N0}", $"{measure.Value:0.000}", $"[{colour}]{interval}[/]", $"{measure.Neutral:0.###}");
            }

            terminal.Rich.Write(measures);
        }

        if (result.Tasks.Count > 0)
        {
            terminal.Rich.Write(OutcomeTable.Draw(result.Tasks, recipe.Report.Confidence));
        }

        if (recipe.Margin > 0 && result.Tasks.Count > 0)
        {
            var lost = result.Lost(recipe.Margin);
            terminal.Rich.WriteLine(lost.Count == 0
                ? $"Every task is kept: each whole interval lies above −{recipe.Margin:0.###}, as declared."
                : $"Not kept within −{recipe.Margin:0.###}, as declared: {string.Join(", ", lost)}.");
        }
    }
}
