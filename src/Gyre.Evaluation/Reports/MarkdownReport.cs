using Gyre.Evaluation.Experiments;
using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Reports;

/// <summary>The result of an experiment as Markdown, short enough for a pull request.</summary>
/// <remarks>Names from outside stand in code spans. Segments are folded; beyond 200 lines of segments the rest is counted, not listed.</remarks>
public static class MarkdownReport
{
    private const int MostSegmentLines = 200;

    /// <summary>Writes the report.</summary>
    /// <param name="result">The result.</param>
    /// <param name="destination">Takes the text.</param>
    public static void Write(ExperimentResult result, TextWriter destination)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(destination);
        var view = new ReportView(result);
        var decision = Decision.Of(view);
        var failed = view.Checks.Count(check => !check.Passed);
        Line(destination, $"### {(failed == 0 ? "✅" : "❌")} {Code(result.Name)}");
        Line(destination, "");
        Line(destination, MarkdownText.Sentence(decision.Headline));
        foreach (var demand in decision.Demands)
        {
            Line(destination, $"- ❌ {MarkdownText.Sentence(demand)}");
        }

        Line(destination, "");
        Values(destination, view);
        Line(destination, "");
        Costs(destination, view);
        Remarks(destination, view);
        Segments(destination, view);
        Line(destination, "");
        Line(destination, $"<sub>{MetricText.Count(result.Rows)} rows of {Code(result.Dataset)}, version {Code(TerminalReport.Short(result.DatasetDigest))}. Intervals {view.Confidence}; p-values of a paired permutation test, corrected (Holm); seed {result.Comparison.Seed}.</sub>");
    }

    private static void Values(TextWriter destination, ReportView view)
    {
        var isCompared = view.Result.Candidates.Count > 1;
        Line(destination, isCompared ? "| metric | baseline | candidate | value | difference | interval | p | verdict |" : "| metric | candidate | value | interval | without a value |");
        Line(destination, isCompared ? "|---|---:|---|---:|---:|---|---:|---|" : "|---|---|---:|---|---|");
        foreach (var metric in view.Result.Metrics)
        {
            var (unit, rows) = (metric.Form.Unit, view.Rows(metric));
            var baseline = rows.FirstOrDefault(row => row.Difference is null)?.Cell;
            foreach (var row in rows.Where(row => !isCompared || row.Difference is not null))
            {
                Line(destination, isCompared
                    ? $"| {Cell(ReportView.NameOf(metric))} | {(baseline is null ? "" : Value(metric, baseline))} | {Cell(row.Cell.Candidate)} | {Value(metric, row.Cell)} | {Difference(metric, row)} |"
                    : $"| {Cell(ReportView.NameOf(metric))} | {Cell(row.Cell.Candidate)} | {Value(metric, row.Cell)} | {(row.Cell.Interval is { } interval ? MetricText.Range(unit, interval) : "")} | {Missing(row.Cell)} |");
            }
        }
    }

    private static void Costs(TextWriter destination, ReportView view)
    {
        Line(destination, "| candidate | calls | failed | cost of 1,000 | median | 95 % |");
        Line(destination, "|---|---:|---:|---:|---:|---:|");
        foreach (var candidate in view.Result.Candidates)
        {
            Line(destination, $"| {Cell(candidate.Name)} | {MetricText.Count(candidate.Rows)} | {MetricText.Count(candidate.Failed)} | {(ReportView.CostOfThousand(candidate) is { } cost ? MetricText.Money(cost) : "unknown")} | {(candidate.MedianSeconds is { } median ? MetricText.Seconds(median) : "")} | {(candidate.P95Seconds is { } slow ? MetricText.Seconds(slow) : "")} |");
        }
    }

    private static void Remarks(TextWriter destination, ReportView view)
    {
        if (view.Result.Remarks.Count == 0)
        {
            return;
        }

        Line(destination, "");
        Line(destination, $"| scorer | what | value | {view.Confidence} | of |");
        Line(destination, "|---|---|---:|---|---|");
        foreach (var remark in view.Result.Remarks)
        {
            Line(destination, $"| {Cell(remark.Scorer)} | {Cell(remark.Name)} | {MetricText.Value(MetricUnit.Number, remark.Value)} | {(remark.Interval is { } interval ? MetricText.Range(MetricUnit.Number, interval) : "")} | {Cell(remark.Value.IsDefined ? remark.Detail : remark.Value.Reason.Detail)} |");
        }
    }

    private static void Segments(TextWriter destination, ReportView view)
    {
        var lines = view.Result.Metrics
            .SelectMany(metric => view.Segments(metric).SelectMany(segment => view.Rows(metric, segment)).Select(row => (metric, row)))
            .Where(line => line.row.Difference is not null || view.Result.Candidates.Count == 1)
            .ToArray();
        var empty = lines.Where(line => !line.row.Cell.Value.IsDefined).ToArray();
        lines = [.. lines.Except(empty)];
        if (lines.Length == 0)
        {
            return;
        }

        var different = lines.Count(line => line.row.Verdict is Verdict.Better or Verdict.Worse);
        Line(destination, "");
        Line(destination, $"<details><summary>Parts of the rows: {MetricText.Count(lines.Length)} lines{(view.Result.Candidates.Count > 1 ? $", {MetricText.Count(different)} differ from the baseline" : "")}</summary>");
        Line(destination, "");
        Line(destination, "| part | metric | candidate | value | difference | interval | p | verdict |");
        Line(destination, "|---|---|---|---:|---:|---|---:|---|");

        // What differs comes first, so that the limit never hides it while lines without a difference are shown.
        foreach (var (metric, row) in lines.OrderBy(line => line.row.Verdict is Verdict.Worse ? 0 : line.row.Verdict is Verdict.Better ? 1 : 2).Take(MostSegmentLines))
        {
            Line(destination, $"| {Cell(row.Cell.Segment)} | {Cell(ReportView.NameOf(metric))} | {Cell(row.Cell.Candidate)} | {Value(metric, row.Cell)} | {Difference(metric, row)} |");
        }

        if (lines.Length > MostSegmentLines)
        {
            Line(destination, "");
            Line(destination, $"{MetricText.Count(lines.Length - MostSegmentLines)} more lines are in result.json.");
        }

        if (empty.Length > 0)
        {
            Line(destination, "");
            Line(destination, $"{MetricText.Count(empty.Length)} lines have no value, mostly: {Code(empty.CountBy(line => line.row.Cell.Reason.Length > 0 ? line.row.Cell.Reason : line.row.Cell.Value.Reason!.Detail).MaxBy(pair => pair.Value).Key)}."); // Filtered above: the value is not defined.
        }

        Line(destination, "");
        Line(destination, "</details>");
    }

    private static string Value(ExperimentMetric metric, ExperimentCell cell) => cell.Value.IsDefined
        ? MetricText.Value(metric.Form.Unit, cell.Value.Number) + (cell.Undefined == 0 ? "" : $" ({MetricText.Count(cell.Undefined)} without: {Cell(cell.Reason)})")
        : $"undefined: {Cell(cell.Value.Reason.Detail)}{(cell.Reason.Length == 0 ? "" : $" ({Cell(cell.Reason)})")}";

    private static string Missing(ExperimentCell cell) => cell.Undefined == 0 ? "" : $"{MetricText.Count(cell.Undefined)}: {Cell(cell.Reason)}";

    private static string Difference(ExperimentMetric metric, ReportRow row)
    {
        if (row.Difference is not { } item)
        {
            return " | | | ";
        }

        var (comparison, unit) = (item.Comparison, metric.Form.Unit);
        if (!comparison.Difference.IsDefined)
        {
            return $"undefined: {Cell(comparison.Difference.Reason.Detail)} | | | ";
        }

        return $"{MetricText.Difference(unit, comparison.Difference.Number)} | {(comparison.Interval is { } interval ? MetricText.DifferenceRange(unit, interval) : "")} | {(item.AdjustedPValue is { } p ? MetricText.Probability(p) : "")} | {(row.Verdict is { } verdict ? $"{VerdictText.Mark(verdict)} {VerdictText.Word(verdict)}" : "")}";
    }

    private static string Cell(string text) => MarkdownText.Code(text, isCell: true);

    private static string Code(string text) => MarkdownText.Code(text, isCell: false);

    private static void Line(TextWriter destination, string line) => destination.Write(line + "\n");
}
