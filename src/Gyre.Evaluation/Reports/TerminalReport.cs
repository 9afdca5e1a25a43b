using Gyre.Evaluation.Experiments;
using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Reports;

/// <summary>The result of an experiment as plain text for a terminal.</summary>
public static class TerminalReport
{
    /// <summary>Writes what was found: decision, values with differences, costs, segments that differ, checks.</summary>
    /// <param name="result">The result.</param>
    /// <param name="destination">Takes lines of at most <paramref name="width"/> columns without control characters, those of names and answers made visible.</param>
    /// <param name="width">Columns of the terminal, at least 20.</param>
    public static void Write(ExperimentResult result, TextWriter destination, int width)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 20);
        var view = new ReportView(result);
        var decision = Decision.Of(view);
        Say(destination, decision.Headline.ToString(), width);
        destination.WriteLine();
        Print(destination, result.Candidates.Count == 1 ? Single(view) : Values(view), width);
        var undefined = Undefined(view);
        if (undefined.Rows > 0)
        {
            destination.WriteLine();
            Print(destination, undefined, width);
        }

        destination.WriteLine();
        Print(destination, Costs(view), width);
        if (result.Remarks.Count > 0)
        {
            destination.WriteLine();
            Print(destination, Remarks(view), width);
        }

        var segments = Segments(view);
        if (segments.Rows > 0)
        {
            destination.WriteLine();
            Say(destination, "Parts of the rows that differ from the baseline:", width);
            Print(destination, segments, width);
        }

        destination.WriteLine();
        var failed = view.Checks.Where(check => !check.Passed).ToArray();
        if (failed.Length > 0)
        {
            var checks = new TerminalTable(new("", 0), new("of", 1, IsClipped: true), new("demanded", 0, IsClipped: true), new("found", 1, IsClipped: true));
            foreach (var check in failed)
            {
                checks.Add("FAILED", check.Group, check.Name, check.Detail);
            }

            Print(destination, checks, width);
        }

        Say(destination, $"{VisibleText.Line(result.Dataset)} ({VisibleText.Line(Short(result.DatasetDigest))}): {MetricText.Count(result.Rows)} rows, {view.Checks.Count - failed.Length} of {view.Checks.Count} checks passed. Intervals {view.Confidence}; p-values corrected (Holm).", width);
    }

    /// <summary>Writes what the gate says: every line of it, then whether it is open.</summary>
    /// <param name="result">The result of an experiment with a gate.</param>
    /// <param name="destination">As for <see cref="Write"/>.</param>
    /// <param name="width">Columns of the terminal, at least 20.</param>
    public static void WriteGate(ExperimentResult result, TextWriter destination, int width)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 20);
        var view = new ReportView(result);
        var table = new TerminalTable(
            new("metric", 0, IsClipped: true), new("candidate", 0, IsClipped: true), new("pairs", 4, IsRight: true), new("change", 0, IsRight: true), new("allowed", 1, IsRight: true), new("p", 2, IsRight: true), new("shows from", 3, IsRight: true), new("verdict", 0));
        foreach (var gate in result.Gates)
        {
            var metric = result.Metrics.First(known => known.Scorer == gate.Scorer && known.Task == gate.Task);
            var unit = metric.Form.Unit;
            table.Add(
                ReportView.NameOf(metric),
                gate.Candidate,
                MetricText.Count(gate.Finding.Pairs),
                gate.Finding.Difference.IsDefined ? MetricText.Difference(unit, gate.Finding.Difference.Number) : "undefined",
                MetricText.Size(unit, gate.Tolerance),
                gate.AdjustedPValue is { } p ? MetricText.Probability(p) : "",
                gate.Finding.DetectableRegression is { } least ? MetricText.Size(unit, least) : "",
                gate.Verdict switch { GateVerdict.Passed => "pass", GateVerdict.Failed => "FAILED", _ => "NOT SHOWN" });
        }

        Print(destination, table, width);
        destination.WriteLine();
        var failed = result.Candidates.Sum(candidate => candidate.Failed);
        foreach (var gate in result.Gates.Where(gate => !gate.Finding.Difference.IsDefined))
        {
            Say(destination, $"{VisibleText.Line(gate.Scorer)}: {VisibleText.Line(gate.Finding.Difference.Reason!.Detail)}.", width); // It is not defined.
        }

        Say(destination, $"{(result.IsGateOpen ? "The gate is open." : "The gate stays SHUT.")} Against {VisibleText.Line(result.Baseline)} on {VisibleText.Line(result.Dataset)} ({VisibleText.Line(Short(result.DatasetDigest))}): {MetricText.Count(result.Rows)} rows, {MetricText.Count(failed)} calls failed. It shuts when a change for the worse is beyond what is allowed with p ≤ {view.Alpha.ToString("0.####", System.Globalization.CultureInfo.InvariantCulture)} (corrected, Holm); 'shows from' is the least such change that so many rows show in 80 of 100 cases.", width);
    }

    internal static string Short(string digest) => digest.Length > 12 ? digest[..12] : digest;

    private static TerminalTable Values(ReportView view)
    {
        var table = new TerminalTable(
            new("metric", 0, IsClipped: true),
            new("candidate", 0, IsClipped: true),
            new("n", 7, IsRight: true),
            new("value", 0, IsRight: true),
            new("interval", 5),
            new("difference", 1, IsRight: true),
            new("its interval", 4),
            new("p", 3, IsRight: true),
            new("verdict", 2));
        foreach (var metric in view.Result.Metrics)
        {
            var unit = metric.Form.Unit;
            var isFirst = true;
            foreach (var row in view.Rows(metric))
            {
                var comparison = row.Difference?.Comparison;
                table.Add(
                    isFirst ? ReportView.NameOf(metric) : "",
                    row.Cell.Candidate,
                    MetricText.Count(row.Cell.Count),
                    MetricText.Value(unit, row.Cell.Value),
                    row.Cell.Interval is { } interval ? MetricText.Range(unit, interval) : "",
                    comparison is null ? "baseline" : comparison.Difference.IsDefined ? MetricText.Difference(unit, comparison.Difference.Number) : "undefined",
                    comparison?.Interval is { } range ? MetricText.DifferenceRange(unit, range) : "",
                    row.Difference?.AdjustedPValue is { } p ? MetricText.Probability(p) : "",
                    row.Verdict is { } verdict ? $"{VerdictText.Mark(verdict)} {VerdictText.Word(verdict)}" : "");
                isFirst = false;
            }
        }

        return table;
    }

    private static TerminalTable Single(ReportView view)
    {
        var table = new TerminalTable(new("metric", 0, IsClipped: true), new("n", 3, IsRight: true), new("value", 0, IsRight: true), new("interval", 1), new("demanded", 2), new("", 0));
        foreach (var (metric, row) in view.Result.Metrics.SelectMany(metric => view.Rows(metric).Select(row => (metric, row))))
        {
            var unit = metric.Form.Unit;
            table.Add(
                ReportView.NameOf(metric),
                MetricText.Count(row.Cell.Count),
                MetricText.Value(unit, row.Cell.Value),
                row.Cell.Interval is { } interval ? MetricText.Range(unit, interval) : "",
                metric.Threshold is { } threshold ? $"{(metric.Form.Direction == ScoreDirection.HigherIsBetter ? "≥" : "≤")} {MetricText.Value(unit, threshold)}" : "",
                row.Cell.IsMet switch { true => "pass", false => "FAILED", null => "" });
        }

        return table;
    }

    private static TerminalTable Undefined(ReportView view)
    {
        var table = new TerminalTable(new("without a value", 0, IsClipped: true), new("candidate", 0, IsClipped: true), new("answers", 0, IsRight: true), new("commonest reason", 1, IsClipped: true));
        foreach (var (metric, row) in view.Result.Metrics.SelectMany(metric => view.Rows(metric).Select(row => (metric, row))))
        {
            if (row.Cell.Undefined > 0 || !row.Cell.Value.IsDefined)
            {
                table.Add(ReportView.NameOf(metric), row.Cell.Candidate, MetricText.Count(row.Cell.Undefined), row.Cell.Reason.Length > 0 ? row.Cell.Reason : row.Cell.Value.Reason?.Detail ?? "");
            }
        }

        return table;
    }

    private static TerminalTable Costs(ReportView view)
    {
        var table = new TerminalTable(
            new("candidate", 0, IsClipped: true),
            new("calls", 3, IsRight: true),
            new("failed", 1, IsRight: true),
            new("cut", 4, IsRight: true),
            new("tokens in", 5, IsRight: true),
            new("tokens out", 5, IsRight: true),
            new("cost of 1,000", 2, IsRight: true),
            new("median", 1, IsRight: true),
            new("95 %", 3, IsRight: true));
        foreach (var candidate in view.Result.Candidates)
        {
            table.Add(
                candidate.Name,
                MetricText.Count(candidate.Rows),
                MetricText.Count(candidate.Failed),
                MetricText.Count(candidate.Cut),
                MetricText.Count(candidate.InputTokens),
                MetricText.Count(candidate.OutputTokens),
                ReportView.CostOfThousand(candidate) is { } cost ? MetricText.Money(cost) : "",
                candidate.MedianSeconds is { } median ? MetricText.Seconds(median) : "",
                candidate.P95Seconds is { } slow ? MetricText.Seconds(slow) : "");
        }

        return table;
    }

    private static TerminalTable Remarks(ReportView view)
    {
        var table = new TerminalTable(new("about the scorer", 0, IsClipped: true), new("what", 0, IsClipped: true), new("value", 0, IsRight: true), new("interval", 2), new("of", 3, IsClipped: true));
        foreach (var remark in view.Result.Remarks)
        {
            table.Add(
                remark.Scorer,
                remark.Name,
                MetricText.Value(MetricUnit.Number, remark.Value),
                remark.Interval is { } interval ? MetricText.Range(MetricUnit.Number, interval) : "",
                remark.Value.IsDefined ? remark.Detail : remark.Value.Reason.Detail);
        }

        return table;
    }

    private static TerminalTable Segments(ReportView view)
    {
        var table = new TerminalTable(new("part", 0, IsClipped: true), new("metric", 0, IsClipped: true), new("candidate", 0, IsClipped: true), new("n", 3, IsRight: true), new("difference", 1, IsRight: true), new("p", 2, IsRight: true), new("verdict", 0));
        foreach (var metric in view.Result.Metrics)
        {
            foreach (var row in view.Segments(metric).SelectMany(segment => view.Rows(metric, segment)))
            {
                if (row is { Difference: { } difference, Verdict: Verdict.Better or Verdict.Worse })
                {
                    table.Add(
                        row.Cell.Segment,
                        ReportView.NameOf(metric),
                        row.Cell.Candidate,
                        MetricText.Count(difference.Comparison.Pairs),
                        MetricText.Difference(metric.Form.Unit, difference.Comparison.Difference.Number),
                        difference.AdjustedPValue is { } p ? MetricText.Probability(p) : "",
                        $"{VerdictText.Mark(row.Verdict.Value)} {VerdictText.Word(row.Verdict.Value)}");
                }
            }
        }

        return table;
    }

    private static void Print(TextWriter destination, TerminalTable table, int width)
    {
        foreach (var line in table.Lines(width))
        {
            destination.WriteLine(line);
        }
    }

    /// <summary>Breaks a sentence between its words; a word that is wider than the terminal is clipped.</summary>
    private static void Say(TextWriter destination, string sentence, int width)
    {
        var line = "";
        foreach (var word in sentence.Split(' '))
        {
            var next = line.Length == 0 ? word : $"{line} {word}";
            if (TextWidth.Of(next) > width && line.Length > 0)
            {
                destination.WriteLine(TextWidth.Clip(line, width));
                next = word;
            }

            line = next;
        }

        destination.WriteLine(TextWidth.Clip(line, width));
    }
}
