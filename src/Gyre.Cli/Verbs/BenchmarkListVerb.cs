using System.CommandLine;
using Gyre.Evaluation;
using Gyre.Evaluation.Benchmarks;
using Spectre.Console;

namespace Gyre.Cli.Verbs;

/// <summary><c>gyre benchmark list</c>: the benchmarks that come with Gyre.</summary>
internal sealed class BenchmarkListVerb() : Verb("list", "List the benchmarks: what they measure, by what, under which licence.")
{
    protected override IReadOnlyList<string> Examples => ["gyre benchmark list", "gyre benchmark list --json"];

    /// <summary>Every benchmark with task, headline, licence and paper.</summary>
    public static void Print(Terminal terminal, bool isJson)
    {
        var definitions = BenchmarkCatalogue.Names.Select(BenchmarkCatalogue.Open).ToList();
        if (isJson)
        {
            terminal.WriteJson(new
            {
                benchmarks = definitions.Select(definition => new
                {
                    definition.Name,
                    definition.Title,
                    definition.Version,
                    task = definition.Task.ToString().ToLowerInvariant(),
                    headline = definition.Measures[0].Label,
                    direction = Direction(definition.Measures[0]),
                    definition.Licence,
                    paper = definition.Paper,
                }),
            });
            return;
        }

        var table = new Table().Border(TableBorder.Simple).AddColumn(new TableColumn("name").NoWrap()).AddColumn("what").AddColumn("task").AddColumn("headline").AddColumn("licence of the data").AddColumn("paper");
        foreach (var definition in definitions)
        {
            var headline = definition.Measures[0];
            table.AddRow(
                Markup.Escape(definition.Name),
                Markup.Escape(definition.Title),
                definition.Task.ToString().ToLowerInvariant(),
                $"{Markup.Escape(headline.Label)} {(headline.Direction == ScoreDirection.HigherIsBetter ? "↑" : "↓")}",
                Markup.Escape(definition.Licence),
                Markup.Escape($"{definition.Paper.Authors} {definition.Paper.Year}, {definition.Paper.Reference}"));
        }

        terminal.Rich.Write(table);
    }

    internal static string Direction(BenchmarkMeasure measure) => measure.Direction == ScoreDirection.HigherIsBetter ? "higher" : "lower";

    protected override void Configure(Command command)
    {
    }

    protected override Task<int> RunAsync(ParseResult parse, Terminal terminal, CancellationToken cancellationToken)
    {
        Print(terminal, parse.GetValue(Json));
        return Task.FromResult(ExitCode.Success);
    }
}
