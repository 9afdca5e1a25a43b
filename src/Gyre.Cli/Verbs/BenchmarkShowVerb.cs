using System.CommandLine;
using System.Globalization;
using Gyre.Evaluation.Benchmarks;

namespace Gyre.Cli.Verbs;

/// <summary><c>gyre benchmark show</c>: one benchmark, with the files that it expects.</summary>
internal sealed class BenchmarkShowVerb() : Verb("show", "Tell what a benchmark is, which files it expects and where to get them.")
{
    private readonly Argument<string> _name = new("NAME") { Description = "A benchmark's name, or the file of a definition of your own (YAML)." };

    protected override IReadOnlyList<string> Examples => ["gyre benchmark show humaneval", "gyre benchmark show my-benchmark.yaml --json"];

    protected override void Configure(Command command) => command.Arguments.Add(_name);

    protected override async Task<int> RunAsync(ParseResult parse, Terminal terminal, CancellationToken cancellationToken)
    {
        var definition = BenchmarkCatalogue.Open(parse.GetValue(_name)!); // The parser demands the argument.
        if (parse.GetValue(Json))
        {
            terminal.WriteJson(new
            {
                definition.Name,
                definition.Title,
                definition.Version,
                definition.Digest,
                task = definition.Task.ToString().ToLowerInvariant(),
                shots = definition.DefaultShots,
                metrics = definition.Measures.Select(measure => new { name = measure.Label, direction = BenchmarkListVerb.Direction(measure) }),
                definition.Licence,
                definition.Home,
                definition.Note,
                paper = definition.Paper,
                data = definition.Data.Select(data => new { data.Split, data.Files, url = data.Url.Length > 0 ? data.Url : null }),
            });
            return ExitCode.Success;
        }

        var paper = definition.Paper;
        await terminal.Output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{definition.Title} ({definition.Name}, version {definition.Version}, definition {definition.Digest[..12]})"));
        await terminal.Output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"Paper:    {paper.Authors} {paper.Year}: {paper.Title}, {paper.Reference}"));
        await terminal.Output.WriteLineAsync($"Licence:  {definition.Licence}");
        await terminal.Output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"Task:     {definition.Task.ToString().ToLowerInvariant()}, {definition.DefaultShots} examples before a question"));
        await terminal.Output.WriteLineAsync($"Metrics:  {string.Join(", ", definition.Measures.Select(measure => $"{measure.Label} ({BenchmarkListVerb.Direction(measure)} is better)"))}");
        await terminal.Output.WriteLineAsync($"Data:     {definition.Home}");
        foreach (var (split, files, url) in definition.Data)
        {
            await terminal.Output.WriteLineAsync($"          {split}: {files}{(url.Length > 0 ? $"  (--allow-download fetches {url})" : "")}");
        }

        if (definition.Note.Length > 0)
        {
            await terminal.Output.WriteLineAsync($"Note:     {definition.Note}");
        }

        return ExitCode.Success;
    }
}
