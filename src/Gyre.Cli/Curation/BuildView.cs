using Gyre.Cli.Datasets;
using Gyre.Training.Curation.Pipeline;
using Spectre.Console;

namespace Gyre.Cli.Curation;

/// <summary>What a build did, for people.</summary>
internal static class BuildView
{
    private const int MostRules = 4;
    private const int MostReason = 150;

    public static void Write(Terminal terminal, DatasetBuildReport report, bool showsExamples)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("stage").AddColumn(new TableColumn("in").RightAligned()).AddColumn(new TableColumn("kept").RightAligned()).AddColumn("dropped").AddColumn("noted");
        foreach (var stage in report.Stages)
        {
            table.AddRow(Markup.Escape(stage.Name), $"{stage.In:N0}", $"{stage.Kept:N0}", Rules(stage.Dropped), Rules(stage.Noted));
        }

        terminal.Rich.Write(table);
        foreach (var stage in report.Stages.Where(_ => showsExamples))
        {
            foreach (var (rules, verb) in new[] { (stage.Dropped, "dropped"), (stage.Noted, "noted") })
            {
                foreach (var rule in rules)
                {
                    foreach (var example in rule.Examples)
                    {
                        terminal.Output.WriteLine($"{stage.Name}: {verb} by {rule.Rule}: {DatasetText.Line(example.Origin)}: {DatasetText.Line(example.Reason, MostReason)}");
                        terminal.Output.WriteLine($"    {DatasetText.Line(example.Text, MostReason)}");
                    }
                }
            }
        }

        WriteCounts(terminal, "source", report.Sources);
        WriteCounts(terminal, "licence", report.Licences);
        WriteCounts(terminal, "split", report.Splits);
        foreach (var remark in report.Remarks)
        {
            terminal.Output.WriteLine($"note: {DatasetText.Line(remark)}");
        }
    }

    public static void WriteCounts(Terminal terminal, string name, IReadOnlyDictionary<string, long> counts)
    {
        if (counts.Count > 0)
        {
            terminal.Output.WriteLine($"{name,-8} {DatasetText.Line(string.Join(", ", counts.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{(pair.Key.Length == 0 ? "(unknown)" : pair.Key)} {pair.Value:N0}")))}");
        }
    }

    private static string Rules(IReadOnlyList<RuleReport> rules) => Markup.Escape(
        string.Join(", ", rules.OrderByDescending(rule => rule.Count).Take(MostRules).Select(rule => $"{rule.Rule} {rule.Count:N0}")) + (rules.Count > MostRules ? $" and {rules.Count - MostRules} more" : ""));
}
