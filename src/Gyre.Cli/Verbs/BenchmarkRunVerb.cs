using System.CommandLine;
using System.Text.Json.Nodes;
using Gyre.Cli.Benchmarks;
using Gyre.Cli.Evaluation;
using Gyre.Evaluation.Benchmarks;
using Gyre.Server.Hosting;

namespace Gyre.Cli.Verbs;

/// <summary><c>gyre benchmark run</c>: one or more benchmarks on a model or a server.</summary>
internal sealed class BenchmarkRunVerb() : Verb("run", "Run benchmarks on a model or a server; ends with 1 when no item has a result.")
{
    private readonly Argument<string[]> _names = new("NAME") { Description = "Benchmarks' names, or files of definitions of your own (YAML).", Arity = ArgumentArity.OneOrMore };
    private readonly BenchmarkOptions _options = new();

    protected override IReadOnlyList<string> Examples =>
    [
        "gyre benchmark run arc-challenge --data ./data/arc",
        "gyre benchmark run mmlu boolq truthfulqa-mc1 --data ./data --model my-model.gguf --out results",
        "gyre benchmark run mmlu --data ./data --subjects astronomy,virology --shots 0 --limit 50",
        "gyre benchmark run gsm8k --data ./data --url http://localhost:5080 --served-model default --out results",
        "gyre benchmark run humaneval --data ./data --allow-download --samples 10",
    ];

    protected override void Configure(Command command)
    {
        command.Arguments.Add(_names);
        _options.AddTo(command);
    }

    protected override async Task<int> RunAsync(ParseResult parse, Terminal terminal, CancellationToken cancellationToken)
    {
        BenchmarkDefinition[] definitions = [.. (parse.GetValue(_names) ?? []).Distinct(StringComparer.Ordinal).Select(BenchmarkCatalogue.Open)];
        await using var session = await BenchmarkSession.OpenAsync(_options.Target(parse), definitions, terminal, cancellationToken);
        var results = new List<BenchmarkResult>();
        foreach (var definition in definitions)
        {
            var run = new BenchmarkRun(definition, session.Model, _options.Run(parse, definition, session.Replies, session.Download), TimeProvider.System);
            var started = TimeProvider.System.GetUtcNow();
            var result = await RunAsync(run, definition, parse, terminal, cancellationToken);
            results.Add(result);
            if (_options.Out(parse) is { } folder)
            {
                var own = definitions.Length == 1 ? folder : Path.Combine(folder, definition.Name);
                await Task.Run(() => BenchmarkReport.Write(own, result), cancellationToken);
                await ExperimentEntries.RecordAsync(DataFolder.Resolve(null), own, result, started, TimeProvider.System, new RandomIdSource(), terminal.Error, cancellationToken);
                await terminal.Error.WriteLineAsync($"Report: {Path.Combine(own, BenchmarkReport.PageName)}");
            }

            if (!parse.GetValue(Json))
            {
                BenchmarkView.Print(terminal, result);
            }
        }

        if (parse.GetValue(Json))
        {
            terminal.WriteJson(new JsonObject { ["benchmarks"] = new JsonArray([.. results.Select(result => JsonNode.Parse(result.ToJson()))]) });
        }

        return results.TrueForAll(result => result.Answered > 0) ? ExitCode.Success : ExitCode.Negative;
    }

    private async Task<BenchmarkResult> RunAsync(BenchmarkRun run, BenchmarkDefinition definition, ParseResult parse, Terminal terminal, CancellationToken cancellationToken)
    {
        try
        {
            return await BenchmarkView.RunAsync(
                definition.Name, report => run.RunAsync(new Relay(value => report(definition.Name, value.Done, value.Total)), cancellationToken), terminal);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested && _options.Out(parse) is not null)
        {
            await terminal.Error.WriteLineAsync($"What was answered is kept in {_options.Out(parse)}; the same command goes on from there.");
            throw;
        }
    }

    /// <summary>Tells at once, in order of arrival.</summary>
    private sealed class Relay(Action<BenchmarkProgress> report) : IProgress<BenchmarkProgress>
    {
        public void Report(BenchmarkProgress value) => report(value);
    }
}
