using System.CommandLine;
using Gyre.Cli.Compression;
using Gyre.Cli.Training;
using Gyre.Training.Compression.Distillation;
using Gyre.Training.Loop;

namespace Gyre.Cli.Verbs;

/// <summary><c>gyre distill</c>: from a recipe and a teacher to a smaller model, with what that gained and lost.</summary>
internal sealed class DistillVerb() : Verb("distill", "Train a smaller model to predict, or to answer, as a larger one does, as a recipe says.")
{
    private readonly Argument<string> _recipe = new("RECIPE") { Description = "The recipe, a YAML file of kind distill; those that come with Gyre are in recipes/." };

    private readonly Option<string> _out = new("--out", "-o") { Description = "The run folder: a new or empty one, or the one to resume.", HelpName = "DIR", Required = true };

    private readonly Option<string?> _teacher = new("--teacher") { Description = "Another teacher than the recipe's: a folder, a GGUF file or an installed model.", HelpName = "MODEL" };

    private readonly Option<bool> _resume = new("--resume") { Description = "Go on with the interrupted run in the folder; the result has the same bits as without the interruption." };

    private readonly Option<string?> _data = NewDataOption();

    protected override IReadOnlyList<string> Examples =>
    [
        "gyre distill recipes/distill-default.yaml --out runs/default-half",
        "gyre distill recipes/distill-default.yaml --out runs/default-half --resume",
        "gyre distill recipes/quantization-aware.yaml --out runs/default-4-bit --json",
        "gyre chat runs/default-half/model",
    ];

    protected override void Configure(Command command)
    {
        command.Arguments.Add(_recipe);
        foreach (var option in (Option[])[_out, _teacher, _resume, _data])
        {
            command.Options.Add(option);
        }
    }

    protected override async Task<int> RunAsync(ParseResult parse, Terminal terminal, CancellationToken cancellationToken)
    {
        // The argument and the option are required, so the parser has checked that they are there.
        var (path, folder) = (parse.GetValue(_recipe)!, parse.GetValue(_out)!);
        var recipe = DistillRecipe.Load(path);
        var reference = parse.GetValue(_teacher);
        var teacher = JobBase.PathOf(reference ?? recipe.Training.Base, reference is null ? recipe.Training.Folder : Environment.CurrentDirectory, DataFolder.Resolve(parse.GetValue(_data)));
        var result = await TrainView.ShowAsync(
            terminal.RichError,
            recipe.Training.Loop.Name,
            TimeProvider.System,
            observer => DistillJob.RunAsync(recipe, teacher, folder, parse.GetValue(_resume), observer, cancellationToken));
        DistillView.Write(terminal, result, parse.GetValue(Json));
        if (result.Training.End != TrainingEnd.Interrupted)
        {
            return ExitCode.Success;
        }

        await terminal.Error.WriteLineAsync($"Interrupted; a checkpoint is saved. Go on with:\n  gyre distill {path} --out {folder} --resume");
        return ExitCode.Interrupted;
    }
}
