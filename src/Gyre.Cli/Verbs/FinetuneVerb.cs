using System.CommandLine;
using Gyre.Cli.Training;
using Gyre.Server.Catalog;
using Gyre.Training.Finetuning;
using Gyre.Training.Loop;
using Spectre.Console;

namespace Gyre.Cli.Verbs;

/// <summary><c>gyre finetune</c>: from a recipe and a base to a model or an adapter, with what it gained and forgot.</summary>
internal sealed class FinetuneVerb() : Verb("finetune", "Train a model further, whole or through an adapter, as a recipe says.")
{
    private readonly Argument<string> _recipe = new("RECIPE") { Description = "The recipe, a YAML file of kind finetune; those that come with Gyre are in recipes/." };

    private readonly Option<string> _out = new("--out") { Description = "The run folder: a new or empty one, or the one to resume.", HelpName = "DIR", Required = true };

    private readonly Option<string?> _base = new("--base") { Description = "Another base than the recipe's: a folder, a GGUF file or an installed model.", HelpName = "MODEL" };

    private readonly Option<bool> _resume = new("--resume") { Description = "Go on with the interrupted run in the folder; the result has the same bits as without the interruption." };

    private readonly Option<string?> _install = new("--install") { Description = "Put the finished adapter into the data folder under this name, which requests to the server give as their model at once.", HelpName = "NAME" };

    private readonly Option<string?> _alias = new("--alias") { Description = "With --install: the alias whose model it is for (default: the default alias).", HelpName = "ALIAS" };

    private readonly Option<bool> _force = new("--force") { Description = "With --install: take the place of an adapter of that name." };

    private readonly Option<string?> _data = NewDataOption();

    protected override IReadOnlyList<string> Examples =>
    [
        "gyre finetune recipes/finetune-brand.yaml --out runs/brand",
        "gyre finetune recipes/finetune-brand.yaml --out runs/brand --resume",
        "gyre finetune my-domain.yaml --base ./models/my-base --out runs/domain --json",
        "gyre finetune recipes/finetune-brand.yaml --out runs/brand --install brand",
        "gyre chat default --adapter brand=runs/brand/adapter",
    ];

    protected override void Configure(Command command)
    {
        command.Arguments.Add(_recipe);
        command.Options.Add(_out);
        command.Options.Add(_base);
        command.Options.Add(_resume);
        command.Options.Add(_install);
        command.Options.Add(_alias);
        command.Options.Add(_force);
        command.Options.Add(_data);
    }

    protected override async Task<int> RunAsync(ParseResult parse, Terminal terminal, CancellationToken cancellationToken)
    {
        // The argument and the option are required, so the parser has checked that they are there.
        var (path, folder) = (parse.GetValue(_recipe)!, parse.GetValue(_out)!);
        var recipe = FinetuneRecipe.Load(path);
        var reference = parse.GetValue(_base);
        var dataFolder = DataFolder.Resolve(parse.GetValue(_data));
        CheckInstallation(parse, recipe, dataFolder);
        var source = JobBase.PathOf(reference ?? recipe.Base, reference is null ? recipe.Folder : Environment.CurrentDirectory, dataFolder);
        var result = await TrainView.ShowAsync(
            terminal.RichError,
            recipe.Loop.Name,
            TimeProvider.System,
            observer => FinetuneJob.RunAsync(recipe, source, folder, parse.GetValue(_resume), observer, cancellationToken));
        var training = result.Training;
        var installed = training.End != TrainingEnd.Interrupted && parse.GetValue(_install) is { } name
            ? AdapterInstallation.Install(dataFolder, name, training.ModelFolder, parse.GetValue(_alias), parse.GetValue(_force))
            : null;
        if (parse.GetValue(Json))
        {
            terminal.WriteJson(new
            {
                end = training.End switch { TrainingEnd.Completed => "completed", TrainingEnd.StoppedEarly => "stopped_early", _ => "interrupted" },
                training.Folder,
                OutputFolder = training.ModelFolder,
                training.Step,
                TrainingLoss = training.SmoothedLoss,
                ValidationLoss = training.BestValidationLoss,
                training.BestStep,
                training.Tokens,
                TrainedParameters = training.Parameters,
                result.AllParameters,
                ElapsedSeconds = training.Elapsed.TotalSeconds,
                ExpectedBytes = result.Memory.TotalBytes,
                result.PeakBytes,
                result.Dropped,
                result.Report,
                Installed = installed,
            });
        }
        else if (training.End != TrainingEnd.Interrupted)
        {
            Write(terminal, result, parse.GetValue(_install), installed);
        }

        if (training.End != TrainingEnd.Interrupted)
        {
            return ExitCode.Success;
        }

        await terminal.Error.WriteLineAsync($"Interrupted after step {training.Step:N0}; a checkpoint is saved. Go on with:\n  gyre finetune {path} --out {folder} --resume");
        return ExitCode.Interrupted;
    }

    /// <summary>Told before hours of training, not after them.</summary>
    private void CheckInstallation(ParseResult parse, FinetuneRecipe recipe, string dataFolder)
    {
        if (parse.GetValue(_install) is not { } name)
        {
            if (parse.GetValue(_force) || parse.GetValue(_alias) is not null)
            {
                throw new CliException("CLI0002", "--force and --alias need --install NAME.");
            }

            return;
        }

        if (recipe.Adapter is null)
        {
            throw new CliException("CLI0002", "--install is for adapters and the recipe trains the model itself; expected a recipe with 'adapter'. Put a trained model into the data folder's 'models'.");
        }

        AdapterInstallation.Check(dataFolder, name, parse.GetValue(_force));
        if (parse.GetValue(_alias) is { } alias && AliasLookup.Find(dataFolder, alias, TimeProvider.System) is null)
        {
            throw new CliException("CLI0002", $"--alias is '{alias}', which aliases.yaml in '{dataFolder}' does not name; expected one of its aliases.");
        }
    }

    private static void Write(Terminal terminal, FinetuneResult result, string? name, string? installed)
    {
        var training = result.Training;
        var table = new Table().Border(TableBorder.Rounded).HideHeaders().AddColumns("", "");
        table.AddRow("steps", $"{training.Step:N0}{(training.End == TrainingEnd.StoppedEarly ? " (stopped early)" : "")}");
        table.AddRow("trained", $"{training.Parameters:N0} of {result.AllParameters:N0} numbers ({100.0 * training.Parameters / result.AllParameters:0.##} %)");
        table.AddRow("training loss", $"{training.SmoothedLoss:0.0000}");
        table.AddRow("validation loss", training.BestValidationLoss is { } loss ? $"{loss:0.0000} (step {training.BestStep:N0})" : "not measured");
        table.AddRow("memory", $"{MemoryEstimate.Show(result.PeakBytes)} at most, {MemoryEstimate.Show(result.Memory.TotalBytes)} expected");
        table.AddRow("time", TrainFormat.Time(training.Elapsed));
        table.AddRow("written", Markup.Escape(training.ModelFolder));
        table.AddRow("run", Markup.Escape(training.Folder));
        terminal.Rich.Write(table);
        if (result.Report.Count > 0)
        {
            terminal.Rich.Write(OutcomeTable.Draw(result.Report, result.Confidence));
        }

        if (installed is not null)
        {
            terminal.Output.WriteLine($"Installed as '{name}' in {installed}. A running server answers for it now; or: gyre chat default --adapter {name}={installed}");
        }
    }
}
