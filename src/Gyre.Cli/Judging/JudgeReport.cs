using System.Globalization;
using Gyre.Evaluation.Experiments;
using Gyre.Evaluation.Judges;
using Gyre.Evaluation.Judges.Pairs;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Statistics;
using Spectre.Console;

namespace Gyre.Cli.Judging;

/// <summary>Shows verdicts and how far they can be trusted.</summary>
internal static class JudgeReport
{
    public static void Print(bool isJson, Terminal terminal, ExperimentResult result, JudgeModel judge, IReadOnlyList<JudgeAudit> audits, string digest)
    {
        var counts = judge.Counts;
        if (isJson)
        {
            terminal.WriteJson(new
            {
                judge = judge.Name,
                sha256 = digest,
                dataset = new { name = result.Dataset, sha256 = result.DatasetDigest, rows = result.Rows },
                verdicts = new { counts.Strict, counts.Lenient, counts.Repaired, counts.Unreadable, counts.Failed },
                scores = result.Cells.Select(cell => new
                {
                    scorer = cell.Scorer, count = cell.Count, undefined = cell.Undefined, value = Number(cell.Value),
                    low = cell.Interval?.Low, high = cell.Interval?.High, reason = cell.Reason,
                }),
                trust = audits.Select(audit => new
                {
                    scorer = audit.Judge,
                    length_correlation = Number(audit.LengthCorrelation), low = audit.LengthInterval?.Low, high = audit.LengthInterval?.High,
                    people = audit.People is not { } people ? null : new
                    {
                        items = people.Items, missing = people.Missing, share = Number(people.Share), kappa = Number(people.Kappa), kappa_low = people.KappaInterval?.Low, kappa_high = people.KappaInterval?.High,
                        alpha = Number(people.Alpha), length_correlation = audit.PeopleLengthCorrelation is { } length ? Number(length) : null,
                    },
                }),
            });
            return;
        }

        var table = new Table().Border(TableBorder.Simple).AddColumn("judge").AddColumn(new TableColumn("n").RightAligned()).AddColumn(new TableColumn("score").RightAligned()).AddColumn("interval")
            .AddColumn("with length").AddColumn("agreement with people").AddColumn("");
        foreach (var (cell, audit) in result.Cells.Zip(audits))
        {
            table.AddRow(
                cell.Scorer,
                cell.Count.ToString(CultureInfo.InvariantCulture),
                cell.Value.IsDefined ? $"{cell.Value.Number:0.000}" : "undefined",
                cell.Interval is { } interval ? $"{interval.Low:0.000} – {interval.High:0.000}" : "",
                Shown(audit.LengthCorrelation, audit.LengthInterval),
                audit.People is { } people ? $"{people.Items} items, {Shown(people.Share, null)}; κ {Shown(people.Kappa, people.KappaInterval)}; α {Shown(people.Alpha, null)}" : "",
                cell.Undefined == 0 ? "" : Markup.Escape($"{cell.Undefined} undefined: {cell.Reason}"));
        }

        terminal.Rich.Write(table);
        PrintCounts(terminal, judge, digest);
    }

    /// <summary>Shows a comparison.</summary>
    public static void Print(bool isJson, Terminal terminal, PairwiseResult result, JudgeModel judge, string digest)
    {
        if (!isJson)
        {
            terminal.Output.Write(result.ToMarkdown());
            PrintCounts(terminal, judge, digest);
            return;
        }

        var counts = judge.Counts;
        terminal.WriteJson(new
        {
            judge = judge.Name,
            sha256 = digest,
            first = result.First,
            second = result.Second,
            rows = result.Rows,
            verdicts = new { counts.Strict, counts.Lenient, counts.Repaired, counts.Unreadable, counts.Failed },
            wins = result.Wins, ties = result.Ties, losses = result.Losses, undefined = result.Undefined, reason = result.Reason,
            win_rate = Number(result.WinRate), low = result.Interval?.Low, high = result.Interval?.High, p = result.PValue,
            position = new { pairs = result.Position.Pairs, changed = result.Position.Changed, towards_first = result.Position.TowardsFirst, towards_second = result.Position.TowardsSecond, p = result.Position.PValue },
            verbosity = new
            {
                decided = result.Verbosity.Decided, longer_wins = result.Verbosity.LongerWins, longer_win_rate = Number(result.Verbosity.LongerWinRate),
                correlation = Number(result.Verbosity.Correlation), low = result.Verbosity.CorrelationInterval?.Low, high = result.Verbosity.CorrelationInterval?.High,
            },
            people = result.Agreement is not { } people ? null : new { items = people.Items, missing = people.Missing, share = Number(people.Share), kappa = Number(people.Kappa), alpha = Number(people.Alpha) },
        });
    }

    private static void PrintCounts(Terminal terminal, JudgeModel judge, string digest)
    {
        var counts = judge.Counts;
        terminal.Output.WriteLine(
            $"{judge.Name} (sha256 {digest[..12]}): {counts.Read + counts.Unreadable} replies, {counts.Strict} as asked, {counts.Lenient} leniently, {counts.Repaired} repaired, {counts.Unreadable} unreadable; {counts.Failed} calls failed");
    }

    private static double? Number(MetricValue value) => value.IsDefined ? value.Number : null;

    private static string Shown(MetricValue value, Interval? interval) => !value.IsDefined ? "undefined" : interval is null ? $"{value.Number:0.00}" : $"{value.Number:0.00} ({interval.Low:0.00} – {interval.High:0.00})";
}
