using System.CommandLine;
using System.Text.Json.Nodes;
using Gyre.Cli.Benchmarks;
using Gyre.Cli.Evaluation;
using Gyre.Evaluation.Benchmarks;
using Gyre.Evaluation.Benchmarks.Views;
using Gyre.Server.Hosting;
using Spectre.Console;

namespace Gyre.Cli.Verbs;

/// <summary><c>gyre benchmark helm</c>: a model from HELM's seven sides on one benchmark.</summary>
internal sealed class BenchmarkHelmVerb() : Verb("helm", "See a model from seven sides: accuracy, calibration, robustness, fairness, bias, toxicity, efficiency.")
{
    private readonly Argument<string> _name = new("NAME") { Description = "A benchmark's name, or the file of a definition of your own (YAML)." };
    private readonly BenchmarkOptions _options = new();

    protected override IReadOnlyList<string> Examples =>
    [
        "gyre benchmark helm arc-challenge --data ./data/arc",
        "gyre benchmark helm boolq --data ./data --model my-model.gguf --limit 200 --out results --json",
    ];

    protected override void Configure(Command command)
    {
        command.Arguments.Add(_name);
        _options.AddTo(command);
    }

    protected override async Task<int> RunAsync(ParseResult parse, Terminal terminal, CancellationToken cancellationToken)
    {
        var definition = BenchmarkCatalogue.Open(parse.GetValue(_name)!); // The parser demands the argument.
        await using var session = await BenchmarkSession.OpenAsync(_options.Target(parse), [definition], terminal, cancellationToken);
        var options = _options.Run(parse, definition, session.Replies, session.Download);
        var started = TimeProvider.System.GetUtcNow();
        var view = await BenchmarkView.RunAsync(
            definition.Name,
            report => HelmView.RunAsync(definition, session.Model, options, TimeProvider.System, new Relay((run, value) => report($"{definition.Name}, {run}", value.Done, value.Total)), cancellationToken),
            terminal);
        if (_options.Out(parse) is { } folder)
        {
            await Task.Run(() => view.Write(folder), cancellationToken);
            await ExperimentEntries.RecordAsync(DataFolder.Resolve(null), Path.Combine(folder, "plain"), view.Plain, started, TimeProvider.System, new RandomIdSource(), terminal.Error, cancellationToken);
        }

        if (parse.GetValue(Json))
        {
            terminal.WriteJson(JsonNode.Parse(view.ToJson()));
        }
        else
        {
            Print(terminal, view);
        }

        return view.Plain.Answered > 0 ? ExitCode.Success : ExitCode.Negative;
    }

    private static void Print(Terminal terminal, HelmView view)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn(new TableColumn($"{Markup.Escape(view.Plain.Definition.Name)} · {Markup.Escape(view.Plain.Model)}").NoWrap()).AddColumn("measured").AddColumn("value");
        foreach (var score in view.Scores)
        {
            table.AddRow(
                $"{score.Dimension.ToString().ToLowerInvariant()} {(score.Direction == Gyre.Evaluation.ScoreDirection.HigherIsBetter ? "↑" : "↓")}",
                Markup.Escape(score.Name),
                Markup.Escape(score.Show()));
        }

        terminal.Rich.Write(table);
        terminal.Output.WriteLine($"{view.Plain.Answered} of {view.Plain.Outcomes.Count} items have a result as they are asked.");
    }

    private sealed class Relay(Action<string, BenchmarkProgress> report) : IProgress<(string Run, BenchmarkProgress Progress)>
    {
        public void Report((string Run, BenchmarkProgress Progress) value) => report(value.Run, value.Progress);
    }
}
