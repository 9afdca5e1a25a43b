using System.Globalization;
using Gyre.Evaluation;
using Gyre.Evaluation.Experiments;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Reports;
using Gyre.Evaluation.Statistics;
using Spectre.Console;

namespace Gyre.Cli.Evaluation;

/// <summary>Runs an experiment with a progress bar and shows its tables in the terminal.</summary>
internal static class ExperimentView
{
    /// <summary>Runs; the bar stands on standard error, and only in a terminal.</summary>
    public static async Task<ExperimentResult> RunAsync(ExperimentPlan plan, Terminal terminal, CancellationToken cancellationToken)
    {
        var run = new ExperimentRun(plan);
        if (Console.IsErrorRedirected)
        {
            return await run.RunAsync(null, cancellationToken);
        }

        ExperimentResult? result = null;
        await terminal.RichError.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                var bar = context.AddTask("Evaluating", maxValue: plan.Dataset.Count);
                result = await run.RunAsync(new BarProgress(bar), cancellationToken);
            });
        return result!; // StartAsync returns only after the run did.
    }

    /// <summary>Writes the experiment's files beside its replies and rows, and tells where the page is.</summary>
    public static async Task WriteReportsAsync(string? folder, ExperimentResult result, Terminal terminal, CancellationToken cancellationToken)
    {
        if (folder is null)
        {
            return;
        }

        await Task.Run(() => ReportFolder.Write(folder, result, cancellationToken: cancellationToken), cancellationToken);
        await terminal.Error.WriteLineAsync($"Report: {Path.Combine(folder, ReportFolder.PageName)}");
    }

    /// <summary>The values of every candidate, the differences to the baseline, what it took.</summary>
    public static void Print(Terminal terminal, ExperimentPlan plan, ExperimentResult result)
    {
        var isSeveral = result.Candidates.Count > 1;
        terminal.Rich.Write(Values(plan, result, isSeveral));
        if (isSeveral)
        {
            terminal.Rich.Write(Differences(plan, result));
        }

        terminal.Rich.Write(Calls(result));
        if (result.Gates.Count > 0)
        {
            terminal.Rich.Write(Gates(plan, result));
        }

        terminal.Output.WriteLine($"{result.Dataset} (version {result.DatasetDigest[..12]}): {result.Rows} rows, {result.Candidates.Sum(candidate => candidate.Failed)} calls failed, {(result.Passed ? "passed" : "NOT passed")}");
    }

    /// <summary>The gate's table alone.</summary>
    public static Table Gates(ExperimentPlan plan, ExperimentResult result)
    {
        var table = New().AddColumn(Whole("gate")).AddColumn(Right("change")).AddColumn(Right("allowed")).AddColumn(Right("p")).AddColumn(Right("shows")).AddColumn(Whole(""));
        var group = "";
        foreach (var check in result.Gates)
        {
            var form = FormOf(plan, check.Scorer);
            group = Group(table, group, Markup.Escape(check.Candidate));
            table.AddRow(
                "  " + Metric(check.Task, check.Scorer),
                check.Finding.Difference.IsDefined ? Signed(check.Finding.Difference.Number, form) : Markup.Escape(check.Finding.Difference.Reason.Detail),
                Show(check.Tolerance, form),
                Probability(check.AdjustedPValue),
                check.Finding.DetectableRegression is { } least ? Show(least, form) : "",
                check.Verdict switch { GateVerdict.Passed => "[green]pass[/]", GateVerdict.Failed => "[red]FAIL[/]", _ => "[red]NOT SHOWN[/]" });
        }

        return table;
    }

    private static Table Values(ExperimentPlan plan, ExperimentResult result, bool isSeveral)
    {
        var table = New().AddColumn(Whole("metric")).AddColumn(Right("n")).AddColumn(Right("value")).AddColumn(Right($"{plan.Comparison.Confidence * 100:0.#}\u00A0%")).AddColumn(Right("wanted")).AddColumn("");
        var group = "";
        foreach (var cell in result.Cells.Where(cell => cell.Segment.Length == 0))
        {
            var scorer = plan.Scorers.First(known => known.Scorer.Name == cell.Scorer && known.Task == cell.Task);
            var form = scorer.Scorer.Form;
            var verdict = cell.IsMet switch { true => "[green]pass[/]", false => "[red]FAIL[/]", null => "" };
            var metric = Metric(cell.Task, cell.Scorer);
            group = isSeveral ? Group(table, group, metric) : "";
            table.AddRow(
                isSeveral ? "  " + Markup.Escape(cell.Candidate) : metric,
                cell.Count.ToString(CultureInfo.InvariantCulture),
                cell.Value.IsDefined ? Show(cell.Value.Number, form) : "undefined",
                cell.Interval is { } interval ? Range(interval, form) : cell.Value.IsDefined ? "" : Markup.Escape(cell.Value.Reason.Detail),
                scorer.Threshold is { } threshold ? $"{(form.Direction == ScoreDirection.HigherIsBetter ? "≥" : "≤")} {Show(threshold, form)}" : "",
                verdict + (cell.Undefined > 0 ? Markup.Escape($" {cell.Undefined} undefined: {cell.Reason}") : ""));
        }

        return table;
    }

    private static Table Differences(ExperimentPlan plan, ExperimentResult result)
    {
        var table = New().AddColumn(Whole($"against {Markup.Escape(result.Baseline)}")).AddColumn(Right("change"))
            .AddColumn(Right($"{plan.Comparison.Confidence * 100:0.#}\u00A0%")).AddColumn(Right("p")).AddColumn(Whole(""));
        var group = "";
        foreach (var item in result.Comparisons.Where(item => item.Segment.Length == 0))
        {
            var form = FormOf(plan, item.Scorer);
            var difference = item.Comparison.Difference;
            var isBetter = difference.IsDefined && (form.Direction == ScoreDirection.HigherIsBetter ? difference.Number > 0 : difference.Number < 0);
            group = Group(table, group, Metric(item.Task, item.Scorer));
            table.AddRow(
                "  " + Markup.Escape(item.Candidate),
                difference.IsDefined ? Signed(difference.Number, form) : "undefined",
                item.Comparison.Interval is { } interval ? Range(interval, form) : "",
                Probability(item.AdjustedPValue),
                difference.IsDefined ? item.AdjustedPValue <= 1 - plan.Comparison.Confidence ? isBetter ? "[green]better[/]" : "[red]worse[/]" : "" : Markup.Escape(difference.Reason.Detail));
        }

        return table.Caption("p: two-sided, corrected for all lines; without a word, no difference was shown");
    }

    private static Table Calls(ExperimentResult result)
    {
        var table = New().AddColumn(Whole("candidate")).AddColumn(Right("n")).AddColumn(Right("kept")).AddColumn(Right("failed")).AddColumn(Right("cut")).AddColumn(Right("median")).AddColumn(Right("95\u00A0%")).AddColumn(Right("read")).AddColumn(Right("wrote")).AddColumn(Right("cost"));
        foreach (var candidate in result.Candidates)
        {
            table.AddRow(
                Markup.Escape(candidate.Name),
                Number(candidate.Rows - candidate.Failed),
                Number(candidate.Kept),
                Number(candidate.Failed),
                Number(candidate.Cut),
                candidate.MedianSeconds is { } median ? $"{median.ToString("0.00", CultureInfo.InvariantCulture)}\u00A0s" : "",
                candidate.P95Seconds is { } high ? $"{high.ToString("0.00", CultureInfo.InvariantCulture)}\u00A0s" : "",
                Number(candidate.InputTokens),
                Number(candidate.OutputTokens),
                candidate.Cost?.ToString("0.0000", CultureInfo.InvariantCulture) ?? "");
        }

        return table;
    }

    private static MetricForm FormOf(ExperimentPlan plan, string scorer) => plan.Scorers.First(known => known.Scorer.Name == scorer).Scorer.Form;

    /// <summary>Begins a group of rows with its name when it is another than the last.</summary>
    private static string Group(Table table, string last, string name)
    {
        if (name != last)
        {
            table.AddRow(name);
        }

        return name;
    }

    private static Table New() => new Table().Border(TableBorder.Simple);

    private static TableColumn Right(string head) => new TableColumn(head).RightAligned().NoWrap().Padding(0, 0, 1, 0);

    private static TableColumn Whole(string head) => new TableColumn(head).NoWrap().Padding(0, 0, 1, 0);

    private static string Metric(string? task, string scorer) => Markup.Escape(task is null ? scorer : $"{task} · {scorer}");

    private static string Range(Interval interval, MetricForm form) => form.Unit == MetricUnit.Share
        ? string.Create(CultureInfo.InvariantCulture, $"{interval.Low * 100:0.0}…{interval.High * 100:0.0}").Replace('-', '−')
        : $"{Show(interval.Low, form)}…{Show(interval.High, form)}";

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Probability(double? value) => value is { } p ? p < 0.001 ? "<.001" : p.ToString("0.000", CultureInfo.InvariantCulture) : "";

    private static string Signed(double value, MetricForm form) => value < 0 ? "−" + Show(-value, form) : "+" + Show(value, form);

    private static string Show(double value, MetricForm form) => form.Unit switch
    {
        MetricUnit.Share => string.Create(CultureInfo.InvariantCulture, $"{value * 100:0.0}\u00A0%"),
        MetricUnit.Points => value.ToString("0.00", CultureInfo.InvariantCulture),
        _ => value.ToString("0.###", CultureInfo.InvariantCulture),
    };

    private sealed class BarProgress(ProgressTask bar) : IProgress<ExperimentProgress>
    {
        public void Report(ExperimentProgress value) => bar.Value = value.Done;
    }
}
