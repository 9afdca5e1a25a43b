using System.CommandLine;
using Gyre.Cli.Quantization;
using Gyre.Models.Architectures;
using Gyre.Models.Catalog;
using Gyre.Models.Conversion;
using Gyre.Models.Measurement;
using Gyre.Tensors.Quantization;
using Gyre.Tensors.Threading;
using Gyre.Training.Quantization;
using Spectre.Console;

namespace Gyre.Cli.Verbs;

/// <summary><c>gyre quantize</c>: a model as one GGUF file with smaller numbers, and a report of what that cost.</summary>
internal sealed class QuantizeVerb() : Verb("quantize", "Write a model as a GGUF file in F32, F16, BF16, Q8_0, Q6_K, Q5_K, Q4_K or Q4_0, and report what that cost.")
{
    private const string ReportSuffix = ".report.json";
    private const string ImportanceSuffix = ".imatrix.gguf";
    private static readonly string Formats = string.Join(", ", QuantizationFormats.All);

    private readonly Argument<string> _model = new("SOURCE") { Description = "An installed model, an alias, a safetensors folder, a GGUF file or 'default'." };
    private readonly Argument<string> _format = new("TYPE") { Description = $"What its matrices become: {Formats}." };
    private readonly Option<string?> _output = new("--output", "-o") { Description = "The file to write (default: NAME-TYPE.gguf in this folder).", HelpName = "FILE" };
    private readonly Option<bool> _force = new("--force") { Description = "Replace the file if it is there." };
    private readonly Option<bool> _pure = new("--pure") { Description = "Give every matrix TYPE; otherwise output layer and some others get more bits." };
    private readonly Option<string?> _outputType = new("--output-type") { Description = "The type of the output layer.", HelpName = "TYPE" };
    private readonly Option<string?> _embeddingType = new("--embedding-type") { Description = "The type of the token embedding.", HelpName = "TYPE" };
    private readonly Option<bool> _requantize = new("--allow-requantize") { Description = "Quantise again what was quantised before; loses more than starting from the original." };
    private readonly Option<string?> _importance = new("--importance") { Description = "A text to run through the model, or an importance matrix (GGUF): strong inputs lose less.", HelpName = "FILE" };
    private readonly Option<string?> _text = new("--text") { Description = "A text to measure perplexity and divergence on; texts, one a line, for an encoder; source<TAB>answer a line for T5.", HelpName = "FILE" };
    private readonly Option<int> _window = new("--window") { Description = "Tokens read together of --text and --importance.", HelpName = "N", DefaultValueFactory = _ => 512 };
    private readonly Option<double?> _maxKl = new("--max-kl") { Description = "End with exit code 1 when the mean divergence on --text is above this, in nats.", HelpName = "NATS" };
    private readonly Option<bool> _noReport = new("--no-report") { Description = "Only write the file; do not run the models." };
    private readonly Option<bool> _noVocabulary = new("--no-vocabulary") { Description = "Write the network of a safetensors folder alone, without its tokenizer." };
    private readonly Option<int> _threads = new("--threads") { Description = "Threads to use (default: one a core).", HelpName = "N", DefaultValueFactory = _ => Math.Clamp(Environment.ProcessorCount, 1, 64) };
    private readonly Option<string?> _data = NewDataOption();

    protected override IReadOnlyList<string> Examples =>
    [
        "gyre quantize my-model.f16.gguf Q4_K",
        "gyre quantize ./my-model-folder Q8_0 --output my-model.q8_0.gguf",
        "gyre quantize my-model.f16.gguf Q4_K --importance calibration.txt --text heldout.txt --max-kl 0.05",
        "gyre quantize default Q5_K --pure --json",
    ];

    protected override void Configure(Command command)
    {
        command.Arguments.Add(_model);
        command.Arguments.Add(_format);
        foreach (var option in (Option[])[_output, _force, _pure, _outputType, _embeddingType, _requantize, _importance, _text, _window, _maxKl, _noReport, _noVocabulary, _threads, _data])
        {
            command.Options.Add(option);
        }
    }

    protected override async Task<int> RunAsync(ParseResult parse, Terminal terminal, CancellationToken cancellationToken)
    {
        // The parser asks for both arguments.
        var options = new QuantizationOptions
        {
            Format = FormatOf(parse.GetValue(_format)!, "TYPE"),
            IsPure = parse.GetValue(_pure),
            OutputFormat = parse.GetValue(_outputType) is { } output ? FormatOf(output, "--output-type") : null,
            EmbeddingFormat = parse.GetValue(_embeddingType) is { } embedding ? FormatOf(embedding, "--embedding-type") : null,
            AllowsRequantizing = parse.GetValue(_requantize),
            Overwrites = parse.GetValue(_force),
        };
        var (window, threads) = (AtLeast(parse, _window, 8), AtLeast(parse, _threads, 1));
        var maxKl = parse.GetValue(_maxKl);
        if (maxKl is not null && (parse.GetValue(_text) is null || parse.GetValue(_noReport) || !(maxKl >= 0)))
        {
            throw new CliException("CLI0002", "--max-kl needs --text, a report, and a number from 0 on. Give a text that the model has not seen.");
        }

        var text = parse.GetValue(_text) is { } textPath ? (Path.GetFileName(textPath), ReadText(textPath)) : ((string, string)?)null;
        using var models = new CliModels(DataFolder.Resolve(parse.GetValue(_data)));
        var reference = parse.GetValue(_model)!;
        var folder = models.Resolve(models.FindAlias(reference)?.Model ?? reference);
        var path = parse.GetValue(_output) ?? $"{NameOf(folder)}-{options.Format.ToString().ToLowerInvariant()}.gguf";
        using var team = new ThreadTeam(Math.Min(threads, 1024));
        var progress = new QuantizeProgress(terminal);
        QuantizationResult result;
        using (var source = GgufSource.Open(folder, !parse.GetValue(_noVocabulary)))
        {
            Quantizer.Check(source, options, path);
            if (parse.GetValue(_importance) is { } importance)
            {
                options = options with { Importance = await progress.ShowAsync("importance", report => Importance(folder, importance, path + ImportanceSuffix, window, team, report, cancellationToken)) };
            }

            result = await progress.ShowAsync("writing", report => new Quantizer(team).Write(
                source, options, path, new Relay<QuantizationProgress>(at => report((double)at.DoneElements / Math.Max(1, at.Elements))), cancellationToken));
        }

        if (parse.GetValue(_noReport))
        {
            QuantizeView.WriteSizes(terminal, result, folder.WeightBytes, parse.GetValue(Json));
            return ExitCode.Success;
        }

        var made = await progress.ShowAsync("comparing", report => new QuantizationReporter(team, TimeProvider.System)
            .MeasureAsync(folder, result, text, window, new Relay<double>(report), cancellationToken).GetAwaiter().GetResult());
        QuantizationReporter.Write(made, path + ReportSuffix);
        QuantizeView.Write(terminal, made, path, path + ReportSuffix, parse.GetValue(Json));
        if (maxKl is null || made.Divergence.Value is { } divergence && divergence.MeanKl <= maxKl)
        {
            return ExitCode.Success;
        }

        terminal.Error.WriteLine(made.Divergence.Value is { } above
            ? $"gyre: the mean divergence is {above.MeanKl:0.######}, above --max-kl {maxKl}."
            : $"gyre: the divergence is undefined, because {made.Divergence.Undefined}; --max-kl {maxKl} is not met.");
        return ExitCode.Negative;
    }

    private static ImportanceMatrix Importance(
        ModelFolder folder, string file, string keptAt, int window, ThreadTeam team, Action<double> report, CancellationToken cancellationToken)
    {
        if (IsGguf(file))
        {
            return ImportanceMatrix.Load(file);
        }

        var windows = QuantizationReporter.Windows(ModelLoader.LoadTokenizer(folder.Path), ReadText(file), window);
        using var decoder = ModelLoader.LoadDecoder(folder, new DecoderOptions { Team = team });
        IReadOnlyList<int[]> fitting = [.. windows.Select(ids => ids.Length <= decoder.ContextLength ? ids : ids[..decoder.ContextLength])];
        var matrix = ImportanceMatrix.Collect(decoder, fitting, new Relay<int>(done => report((double)done / fitting.Count)), cancellationToken);
        matrix.Save(keptAt, Path.GetFileName(file), fitting.Count, fitting[0].Length);
        return matrix;
    }

    /// <summary>A folder's name may have a dot in it; a file's ends with one.</summary>
    private static string NameOf(ModelFolder folder)
    {
        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder.Path));
        return Directory.Exists(path) ? Path.GetFileName(path) : Path.GetFileNameWithoutExtension(path);
    }

    private static bool IsGguf(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            Span<byte> start = stackalloc byte[4];
            return stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start.SequenceEqual("GGUF"u8);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, error);
        }
    }

    private static string ReadText(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, error);
        }
    }

    private static CliException Unreadable(string path, Exception error) =>
        new("CLI0003", $"'{path}' cannot be read ({error.Message.TrimEnd('.')}). Check the path and its permissions.", error);

    private static ElementFormat FormatOf(string name, string option) => QuantizationFormats.TryParse(name, out var format)
        ? format
        : throw new CliException("CLI0002", $"{option} is '{name}'; expected one of {Formats}.");

    private static int AtLeast(ParseResult parse, Option<int> option, int least) => parse.GetValue(option) is var value && value >= least
        ? value
        : throw new CliException("CLI0002", $"{option.Name} is {value}; expected {least} or more.");

    /// <summary>Reports at once, on the thread that works.</summary>
    private sealed class Relay<T>(Action<T> report) : IProgress<T>
    {
        public void Report(T value) => report(value);
    }
}
