using System.CommandLine;
using System.Globalization;
using Gyre.Evaluation.Benchmarks;
using Gyre.Evaluation.Benchmarks.Sources;
using Gyre.Evaluation.Replies;

namespace Gyre.Cli.Benchmarks;

/// <summary>The options that name a model and how benchmarks are run on it.</summary>
internal sealed class BenchmarkOptions
{
    private const int MostParallel = 256;
    private readonly Option<string> _data = new("--data") { Description = "The folder of the benchmark's files, or of several benchmarks' folders.", HelpName = "DIR", Required = true };
    private readonly Option<string?> _model = new("--model") { Description = "An alias, an installed model, a model folder or a .gguf file (default: the model that comes with Gyre).", HelpName = "MODEL" };
    private readonly Option<string?> _adapter = new("--adapter") { Description = "Run the model through an adapter: NAME=DIR, a folder, or its name in the data folder.", HelpName = "NAME=DIR" };
    private readonly Option<string?> _url = new("--url") { Description = "A server with OpenAI's API instead of a model: http://localhost:5080.", HelpName = "URL" };
    private readonly Option<string?> _key = new("--api-key-env") { Description = "The environment variable that holds the server's key.", HelpName = "VARIABLE" };
    private readonly Option<string?> _served = new("--served-model") { Description = "The model's name on that server.", HelpName = "NAME" };
    private readonly Option<string?> _judge = new("--judge") { Description = "A model for what a judge decides (FLASK's skills, toxicity): an alias, an installed model, a model folder or a .gguf file.", HelpName = "MODEL" };
    private readonly Option<int?> _shots = new("--shots") { Description = "Examples before each question (default: the benchmark's own number).", HelpName = "N" };
    private readonly Option<int?> _limit = new("--limit") { Description = "The most items of each subject, the first of its file.", HelpName = "N" };
    private readonly Option<ulong> _seed = new("--seed") { Description = "Chooses examples and orders of answers.", HelpName = "N" };
    private readonly Option<int?> _samples = new("--samples") { Description = "Answers to each item that is written (default: the benchmark's own number).", HelpName = "N" };
    private readonly Option<string[]> _subjects = new("--subjects") { Description = "Only items of these subjects (repeatable, or separated by commas).", HelpName = "NAME", AllowMultipleArgumentsPerToken = true };
    private readonly Option<bool> _letters = new("--letters") { Description = "Have choices named by letter instead of compared by likelihood, for servers that give no log-probabilities." };
    private readonly Option<bool> _download = new("--allow-download") { Description = "Fetch files that are missing from where the benchmark says." };
    private readonly Option<bool> _unconfined = new("--unconfined") { Description = "Run programs that the model writes also where this system cannot keep them from the network and the user's files." };
    private readonly Option<string?> _out = new("--out") { Description = "A folder for results, items and every answer; an interrupted run goes on from it, and nothing is asked twice.", HelpName = "DIR" };
    private readonly Option<int> _parallelism = new("--parallelism") { Description = "Calls in flight at once.", HelpName = "N", DefaultValueFactory = _ => 4 };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_data, _model, _adapter, _url, _key, _served, _judge, _shots, _limit, _seed, _samples, _subjects, _letters, _download, _unconfined, _out, _parallelism])
        {
            command.Options.Add(option);
        }
    }

    public string? Out(ParseResult parse) => parse.GetValue(_out);

    /// <summary>What a session needs to open the model.</summary>
    public BenchmarkTarget Target(ParseResult parse)
    {
        var (url, served) = (parse.GetValue(_url), parse.GetValue(_served));
        Refuse(url is not null && (parse.GetValue(_model) ?? parse.GetValue(_adapter)) is not null, "--url was given together with --model or --adapter; expected a server or a model.");
        Refuse(url is not null && string.IsNullOrWhiteSpace(served), "--url was given without --served-model; expected the model's name on that server.");
        Refuse(url is null && (served ?? parse.GetValue(_key)) is not null, "--served-model or --api-key-env was given without --url; expected the server's address.");
        var key = parse.GetValue(_key) is { } variable
            ? Environment.GetEnvironmentVariable(variable) ?? throw new CliException("CLI0002", $"--api-key-env is '{variable}', and the environment has no such variable; expected one that holds the key.")
            : null;
        return new BenchmarkTarget(parse.GetValue(_model) ?? CliModels.Default, parse.GetValue(_adapter), url, key, served ?? "", parse.GetValue(_judge), parse.GetValue(_letters), parse.GetValue(_unconfined), Out(parse));
    }

    /// <summary>How one benchmark is run.</summary>
    public BenchmarkRunOptions Run(ParseResult parse, BenchmarkDefinition definition, ReplyCache? replies, BenchmarkDownload? download) => new()
    {
        Folder = FolderOf(parse, definition),
        Shots = parse.GetValue(_shots),
        Limit = parse.GetValue(_limit),
        Seed = parse.GetValue(_seed),
        Samples = parse.GetValue(_samples),
        Subjects = [.. (parse.GetValue(_subjects) ?? []).SelectMany(names => names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))],
        ByGeneration = parse.GetValue(_letters),
        Parallelism = parse.GetValue(_parallelism) is >= 1 and <= MostParallel and var parallelism ? parallelism : throw new CliException("CLI0002", string.Create(CultureInfo.InvariantCulture, $"--parallelism is {parse.GetValue(_parallelism)}; expected 1 to {MostParallel}.")),
        Replies = replies,
        Download = parse.GetValue(_download) ? download : null,
    };

    /// <summary>Where a benchmark's files are, or are fetched to.</summary>
    private string FolderOf(ParseResult parse, BenchmarkDefinition definition)
    {
        var root = parse.GetValue(_data)!; // The parser demands it.
        var found = definition.FindFolder(root);
        return found == root && parse.GetValue(_download) && !definition.HasFiles(root) ? Path.Combine(root, definition.Folder) : found;
    }

    private static void Refuse(bool isFault, string message)
    {
        if (isFault)
        {
            throw new CliException("CLI0002", message);
        }
    }
}
