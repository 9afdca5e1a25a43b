using System.CommandLine;
using Gyre.Cli.Training;
using Gyre.Training.Finetuning;
using Gyre.Training.Encoders;
using Gyre.Training.Loop;
using Gyre.Training.Recipes;
using Gyre.Training.Scaling;
using Gyre.Training.Translation;
using Spectre.Console;

namespace Gyre.Cli.Verbs;

/// <summary><c>gyre train</c>: from a recipe to a run folder with a model.</summary>
internal sealed class TrainVerb() : Verb("train", "Train a model from nothing, as a recipe says.")
{
    private readonly Argument<string> _recipe = new("RECIPE") { Description = "The recipe, a YAML file; those that come with Gyre are in recipes/." };

    private readonly Option<string> _out = new("--out") { Description = "The run folder: a new or empty one, or the one to resume.", HelpName = "DIR", Required = true };

    private readonly Option<bool> _resume = new("--resume") { Description = "Go on with the interrupted run in the folder; the result has the same bits as without the interruption." };

    private readonly Option<string[]> _compare = new("--compare") { Description = "A finished run folder of the same kind to set beside this one in the card (repeatable).", HelpName = "DIR" };

    protected override IReadOnlyList<string> Examples =>
    [
        "gyre train recipes/tiny-story.yaml --out runs/tiny-story",
        "gyre train recipes/default-model.yaml --out runs/default-model --resume",
        "gyre train recipes/translation.yaml --out runs/translation",
        "gyre train my-larger.yaml --out runs/larger --compare runs/small --compare runs/middle",
    ];

    protected override void Configure(Command command)
    {
        command.Arguments.Add(_recipe);
        command.Options.Add(_out);
        command.Options.Add(_resume);
        command.Options.Add(_compare);
    }

    protected override Task<int> RunAsync(ParseResult parse, Terminal terminal, CancellationToken cancellationToken)
    {
        // The argument and the option are required, so the parser has checked that they are there.
        var path = parse.GetValue(_recipe)!;
        var folder = parse.GetValue(_out)!;
        var (name, run) = JobOf(path, folder, parse.GetValue(_resume), parse.GetValue(_compare) ?? [], cancellationToken);
        var result = TrainView.Show(terminal.RichError, name, TimeProvider.System, run);
        if (parse.GetValue(Json))
        {
            terminal.WriteJson(new
            {
                end = result.End switch { TrainingEnd.Completed => "completed", TrainingEnd.StoppedEarly => "stopped_early", _ => "interrupted" },
                result.Folder,
                result.ModelFolder,
                result.Step,
                TrainingLoss = result.SmoothedLoss,
                ValidationLoss = result.BestValidationLoss,
                result.BestStep,
                result.Tokens,
                result.Parameters,
                ElapsedSeconds = result.Elapsed.TotalSeconds,
            });
        }
        else if (result.End != TrainingEnd.Interrupted)
        {
            WriteTable(terminal, result);
        }

        if (result.End != TrainingEnd.Interrupted)
        {
            return Task.FromResult(ExitCode.Success);
        }

        terminal.Error.WriteLine($"Interrupted after step {result.Step:N0}; a checkpoint is saved. Go on with:\n  gyre train {path} --out {folder} --resume");
        return Task.FromResult(ExitCode.Interrupted);
    }

    private static (string Name, Func<ITrainingObserver, TrainingResult> Run) JobOf(string path, string folder, bool resume, string[] compared, CancellationToken cancellationToken)
    {
        switch (RecipeKind.Of(path))
        {
            case TranslationRecipe.Kind:
                var translation = TranslationRecipe.Load(path);
                return (translation.Loop.Name, observer => TranslationJob.Run(translation, folder, resume, observer, cancellationToken, comparedWith: compared));
            case EncoderRecipe.Kind:
                var encoder = EncoderRecipe.Load(path);
                return (encoder.Loop.Name, observer => EncoderJob.Run(encoder, folder, resume, observer, cancellationToken));
            case AnswersRecipe.Kind:
                var answers = AnswersRecipe.Load(path);
                return (answers.Loop.Name, observer => AnswersJob.Run(answers, folder, resume, observer, cancellationToken));
            case ClassifierRecipe.Kind:
                var classifier = ClassifierRecipe.Load(path);
                return (classifier.Loop.Name, observer => ClassifierJob.Run(classifier, folder, resume, observer, cancellationToken));
            case FinetuneRecipe.Kind:
                throw new CliException("CLI0002", $"'{path}' is a recipe of the kind {FinetuneRecipe.Kind}; expected one that trains from nothing. Run it with 'gyre finetune {path} --out {folder}'.");
            default:
                var recipe = TrainingRecipe.Load(path);
                ScalingPoint[] others = [.. compared.Select(ScalingPoint.Read)];
                return (recipe.Name, observer => TrainingJob.Run(recipe, folder, resume, observer, cancellationToken, comparedWith: others));
        }
    }

    private static void WriteTable(Terminal terminal, TrainingResult result)
    {
        var table = new Table().Border(TableBorder.Rounded).HideHeaders().AddColumns("", "");
        table.AddRow("steps", $"{result.Step:N0}{(result.End == TrainingEnd.StoppedEarly ? " (stopped early)" : "")}");
        table.AddRow("tokens seen", $"{result.Tokens:N0}");
        table.AddRow("parameters", $"{result.Parameters:N0}");
        table.AddRow("training loss", $"{result.SmoothedLoss:0.0000}");
        table.AddRow("validation loss", result.BestValidationLoss is { } loss ? $"{loss:0.0000} (step {result.BestStep:N0})" : "not measured");
        table.AddRow("time", TrainFormat.Time(result.Elapsed));
        table.AddRow("model", Markup.Escape(result.ModelFolder));
        table.AddRow("run", Markup.Escape(result.Folder));
        terminal.Rich.Write(table);
    }
}
