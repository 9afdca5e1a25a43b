using System.CommandLine;
using System.Globalization;
using Gyre.Cli.Compression;
using Gyre.Cli.Quantization;
using Gyre.Cli.Training;
using Gyre.Tensors.Threading;
using Gyre.Training.Compression.Pruning;
using Gyre.Training.Loop;

namespace Gyre.Cli.Verbs;

/// <summary><c>gyre prune</c>: a model with the weights that matter least at zero, and a report of what that cost.</summary>
internal sealed class PruneVerb() : Verb("prune", "Set the weights of a model that matter least to zero, and report what that cost.")
{
    private readonly Argument<string> _model = new("MODEL") { Description = "An installed model, an alias, a safetensors folder, a GGUF file, 'default', or a recipe (YAML) that also trains what is left." };
    private readonly Option<string> _out = new("--out", "-o") { Description = "The new folder.", HelpName = "DIR", Required = true };
    private readonly Option<string> _method = new("--method") { Description = "wanda: |weight| times the length of its input over a text; magnitude: |weight|.", HelpName = "NAME", DefaultValueFactory = _ => "wanda" };
    private readonly Option<string> _sparsity = new("--sparsity") { Description = "The share that goes (0.5), or how many of neighbouring inputs stay (2:4).", HelpName = "S", DefaultValueFactory = _ => "0.5" };
    private readonly Option<string[]> _layer = new("--layer") { Description = "A layer, from 0, with a sparsity of its own: 0=0.3 (repeatable).", HelpName = "N=S" };
    private readonly Option<string?> _scope = new("--scope") { Description = "What is ranked together: row, matrix or model (default: row for wanda, matrix for magnitude).", HelpName = "NAME" };
    private readonly Option<string?> _text = new("--text") { Description = "A text to calibrate on and, without --heldout, to measure on its last fifth.", HelpName = "FILE" };
    private readonly Option<string?> _heldOut = new("--heldout") { Description = "A text to measure perplexity on.", HelpName = "FILE" };
    private readonly Option<bool> _special = new("--special-tokens") { Description = "Spellings of special tokens in the texts are these tokens, as in rendered chats." };
    private readonly Option<int> _window = new("--window") { Description = "Tokens read together.", HelpName = "N", DefaultValueFactory = _ => 256 };
    private readonly Option<int> _samples = new("--samples") { Description = "At most this many windows are calibrated on, spread over the text.", HelpName = "N", DefaultValueFactory = _ => 128 };
    private readonly Option<bool> _embeddings = new("--include-embeddings") { Description = "Prune the token embedding too (magnitude only)." };
    private readonly Option<bool> _output = new("--include-output") { Description = "Prune the output layer too (magnitude only)." };
    private readonly Option<bool> _resume = new("--resume") { Description = "Go on with the interrupted run of a recipe in the folder." };
    private readonly Option<int> _threads = new("--threads") { Description = "Threads to use (default: one a core); the result is the same for any number.", HelpName = "N", DefaultValueFactory = _ => Math.Clamp(Environment.ProcessorCount, 1, 64) };
    private readonly Option<string?> _data = NewDataOption();

    protected override IReadOnlyList<string> Examples =>
    [
        "gyre prune ./my-model --method wanda --sparsity 0.5 --text calibration.txt --out my-model-half",
        "gyre prune ./my-model --sparsity 2:4 --text calibration.txt --heldout heldout.txt --out my-model-2-4",
        "gyre prune default --method magnitude --sparsity 0.3 --layer 0=0.1 --out default-sparse --json",
        "gyre prune recipes/prune-recover.yaml --out runs/default-sparse",
        "gyre quantize my-model-half Q8_0",
    ];

    protected override void Configure(Command command)
    {
        command.Arguments.Add(_model);
        foreach (var option in (Option[])[_out, _method, _sparsity, _layer, _scope, _text, _heldOut, _special, _window, _samples, _embeddings, _output, _resume, _threads, _data])
        {
            command.Options.Add(option);
        }
    }

    protected override async Task<int> RunAsync(ParseResult parse, Terminal terminal, CancellationToken cancellationToken)
    {
        // The parser asks for the argument and --out.
        var reference = parse.GetValue(_model)!;
        var folder = parse.GetValue(_out)!;
        if (Path.GetExtension(reference) is ".yaml" or ".yml")
        {
            return await RecoverAsync(parse, terminal, reference, folder, cancellationToken);
        }

        var options = new PruningOptions
        {
            Method = parse.GetValue(_method) switch
            {
                "wanda" => PruningMethod.Wanda,
                "magnitude" => PruningMethod.Magnitude,
                var other => throw new CliException("CLI0002", $"--method is '{other}'; expected wanda or magnitude."),
            },
            Sparsity = Sparsity.Parse(parse.GetValue(_sparsity)!),
            Scope = parse.GetValue(_scope) switch
            {
                null => null,
                "row" => PruningScope.Row,
                "matrix" => PruningScope.Matrix,
                "model" => PruningScope.Model,
                var other => throw new CliException("CLI0002", $"--scope is '{other}'; expected row, matrix or model."),
            },
            Layers = Layers(parse.GetValue(_layer) ?? []),
            IncludesEmbeddings = parse.GetValue(_embeddings),
            IncludesOutput = parse.GetValue(_output),
        };
        var text = TextOf(parse);
        using var models = new CliModels(DataFolder.Resolve(parse.GetValue(_data)));
        var source = models.Resolve(models.FindAlias(reference)?.Model ?? reference);
        using var team = new ThreadTeam(Math.Min(AtLeast(parse, _threads, 1), 1024));
        var report = await new QuantizeProgress(terminal).ShowAsync(
            "pruning", show => new PruningJob(team, TimeProvider.System).Run(source, options, text, folder, new Relay(at => show(at.Share)), cancellationToken));
        PruneView.Write(terminal, report, folder, parse.GetValue(Json));
        return ExitCode.Success;
    }

    private async Task<int> RecoverAsync(ParseResult parse, Terminal terminal, string path, string folder, CancellationToken cancellationToken)
    {
        var recipe = PruneRecipe.Load(path);
        var source = JobBase.PathOf(recipe.Training.Base, recipe.Training.Folder, DataFolder.Resolve(parse.GetValue(_data)));
        var result = await TrainView.ShowAsync(
            terminal.RichError,
            recipe.Training.Loop.Name,
            TimeProvider.System,
            observer => RecoveryJob.RunAsync(recipe, source, folder, parse.GetValue(_resume), observer, cancellationToken));
        PruneView.Write(terminal, result, parse.GetValue(Json));
        if (result.Training.End != TrainingEnd.Interrupted)
        {
            return ExitCode.Success;
        }

        await terminal.Error.WriteLineAsync($"Interrupted after step {result.Training.Step:N0}; a checkpoint is saved. Go on with:\n  gyre prune {path} --out {folder} --resume");
        return ExitCode.Interrupted;
    }

    private PruningText? TextOf(ParseResult parse)
    {
        var (text, heldOut) = (parse.GetValue(_text), parse.GetValue(_heldOut));
        if (text is null && heldOut is not null)
        {
            throw new CliException("CLI0002", "--heldout is given without --text; expected both. The one is calibrated on, the other measured.");
        }

        return text is null ? null : new PruningText
        {
            Calibration = ReadText(text),
            HeldOut = heldOut is null ? null : ReadText(heldOut),
            Window = AtLeast(parse, _window, 8),
            Samples = AtLeast(parse, _samples, 1),
            ReadsSpecialTokens = parse.GetValue(_special),
        };
    }

    private static Dictionary<int, Sparsity> Layers(string[] settings)
    {
        var layers = new Dictionary<int, Sparsity>();
        foreach (var setting in settings)
        {
            if (setting.Split('=') is not [var layer, var sparsity] || !int.TryParse(layer, NumberStyles.None, CultureInfo.InvariantCulture, out var index) || !layers.TryAdd(index, Sparsity.Parse(sparsity)))
            {
                throw new CliException("CLI0002", $"--layer is '{setting}'; expected each layer once, as 0=0.3 or 0=2:4.");
            }
        }

        return layers;
    }

    private static string ReadText(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CliException("CLI0003", $"'{path}' cannot be read ({error.Message.TrimEnd('.')}). Check the path and its permissions.", error);
        }
    }

    private static int AtLeast(ParseResult parse, Option<int> option, int least) => parse.GetValue(option) is var value && value >= least
        ? value
        : throw new CliException("CLI0002", $"{option.Name} is {value}; expected {least} or more.");

    /// <summary>Reports at once, on the thread that works.</summary>
    private sealed class Relay(Action<PruningProgress> report) : IProgress<PruningProgress>
    {
        public void Report(PruningProgress value) => report(value);
    }
}
