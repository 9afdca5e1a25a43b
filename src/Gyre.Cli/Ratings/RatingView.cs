using System.Globalization;
using Gyre.Registry.Ratings;
using Gyre.Server.Ratings;
using Spectre.Console;

namespace Gyre.Cli.Ratings;

/// <summary>Campaigns and their results as tables.</summary>
internal static class RatingView
{
    public static void List(Terminal terminal, IReadOnlyList<RatingOverview> campaigns)
    {
        if (campaigns.Count == 0)
        {
            terminal.Output.WriteLine("There are no rating campaigns. 'gyre ratings create NAME --from DIR' makes one.");
            return;
        }

        var table = new Table().Border(TableBorder.Simple).AddColumn("name").AddColumn("form").AddColumn("state").AddColumn(Right("ratings")).AddColumn(Right("items complete")).AddColumn(Right("raters")).AddColumn("made");
        foreach (var (campaign, progress) in campaigns)
        {
            table.AddRow(
                Markup.Escape(campaign.Name),
                campaign.Rubric.Form == RatingForm.Pairs ? "pairs" : "single",
                campaign.IsOpen ? "open" : "closed",
                $"{progress.Ratings} of {progress.Wanted}",
                $"{progress.Complete} of {progress.Items}",
                $"{progress.Raters}",
                campaign.CreatedAt.ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture));
        }

        terminal.Rich.Write(table);
    }

    public static void Progress(Terminal terminal, RatingOverview overview)
    {
        var (campaign, progress) = overview;
        terminal.Output.WriteLine($"{campaign.Name}: {(campaign.IsOpen ? "open" : "closed")}, {progress.Ratings} of {progress.Wanted} ratings, {progress.Complete} of {progress.Items} items complete, {progress.Raters} raters, {progress.Repeats} repeats, {progress.Skips} skips, {progress.Reserved} before a rater now; seed {campaign.Seed}");
    }

    public static void Results(Terminal terminal, RatingReport report)
    {
        var candidates = new Table().Border(TableBorder.Simple).AddColumn("candidate").AddColumn("question").AddColumn("measure").AddColumn(Right("value")).AddColumn("interval").AddColumn(Right("items")).AddColumn(Right("ratings"));
        foreach (var row in report.Candidates)
        {
            candidates.AddRow(Markup.Escape(row.Candidate), Markup.Escape(row.Question), Markup.Escape(row.Measure), Shown(row.Figure), Interval(row.Figure), $"{row.Items}", $"{row.Ratings}");
        }

        terminal.Rich.Write(candidates);
        foreach (var row in report.Pairs)
        {
            terminal.Output.WriteLine($"{row.First} against {row.Second}: {row.Wins} wins, {row.Ties} ties, {row.BothBad} both bad, {row.Losses} losses on {row.Items} items; win rate {Shown(row.WinRate)} {Interval(row.WinRate)}; sign test over items p = {row.PValue.ToString("0.####", CultureInfo.InvariantCulture)}");
        }

        foreach (var row in report.Agreement)
        {
            terminal.Output.WriteLine($"agreement on {row.Question}: equal {Shown(row.EqualShare)} of pairs on {row.Items} items; Krippendorff's alpha ({row.Level}) {Shown(row.Alpha)}; Fleiss' kappa on {row.FleissItems} items {Shown(row.Fleiss)}");
            foreach (var pair in row.Raters)
            {
                terminal.Output.WriteLine($"  {pair.First} and {pair.Second}: Cohen's kappa {Shown(pair.Kappa)} on {pair.Items} items");
            }
        }

        foreach (var row in report.Raters)
        {
            terminal.Output.WriteLine($"{row.Rater}: {row.Ratings} ratings, median {row.MedianSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s; of {row.Repeats} items seen twice the same answers {Shown(row.EqualShare)} {Interval(row.EqualShare)}{(row.SameSide > 0 ? $", the same side both times {row.SameSide}" : "")}");
        }

        if (report.Sides is { } sides)
        {
            terminal.Output.WriteLine($"sides: left {sides.Left}, right {sides.Right}; the left's share {Shown(sides.LeftShare)} {Interval(sides.LeftShare)}, p = {sides.PValue.ToString("0.####", CultureInfo.InvariantCulture)}");
        }

        if (report.Judge is { } judge)
        {
            terminal.Output.WriteLine($"judge {judge.Judge} against people on {judge.Question}: equal {Shown(judge.EqualShare)} {Interval(judge.EqualShare)} of {judge.Items} items ({judge.Missing} missing); kappa {Shown(judge.Kappa)} {Interval(judge.Kappa)}; alpha {Shown(judge.Alpha)}");
        }
    }

    private static TableColumn Right(string name) => new TableColumn(name).RightAligned();

    private static string Shown(RatingFigure figure) => figure.Value is { } value ? value.ToString("0.000", CultureInfo.InvariantCulture) : $"undefined, because {figure.Undefined}";

    private static string Interval(RatingFigure figure) => figure is { Low: { } low, High: { } high } ? string.Create(CultureInfo.InvariantCulture, $"({low:0.000} – {high:0.000})") : "";
}
