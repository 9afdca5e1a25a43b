using Gyre.Evaluation.Experiments;

namespace Gyre.Evaluation.Reports.Html;

/// <summary>The table of one metric: each candidate's value as a bar, its difference from the baseline on both sides of zero, for all rows or part by part.</summary>
/// <remarks>On a phone a line becomes a block; roles keep it a table for those who hear it.</remarks>
internal sealed class MetricTable
{
    private readonly HtmlWriter _html;
    private readonly ReportView _view;
    private readonly ExperimentMetric _metric;
    private readonly Axis _values;
    private readonly Axis _differences;
    private readonly bool _isCompared;
    private readonly bool _isScaled;

    private MetricTable(HtmlWriter html, ReportView view, ExperimentMetric metric, IReadOnlyCollection<ReportRow> rows)
    {
        (_html, _view, _metric, _isCompared) = (html, view, metric, view.Result.Candidates.Count > 1);
        _isScaled = rows.Any(row => row.Cell.Value.IsDefined);
        var form = metric.Form;
        var values = rows.Where(row => row.Cell.Value.IsDefined).SelectMany(row => new[] { row.Cell.Value.Number, row.Cell.Interval?.Low ?? row.Cell.Value.Number, row.Cell.Interval?.High ?? row.Cell.Value.Number });
        _values = Axis.Of(form.Unit == Metrics.MetricUnit.Share ? [0, 1] : values.Append(0), 5, (form.Least, form.Greatest));
        _differences = Axis.Of(
            rows.Select(row => row.Difference?.Comparison).OfType<Statistics.Comparison>().Where(item => item.Difference.IsDefined)
                .SelectMany(item => new[] { item.Difference.Number, item.Interval?.Low ?? 0, item.Interval?.High ?? 0 }).Append(0),
            5);
    }

    /// <summary>Writes the table of all rows.</summary>
    public static void WriteAll(HtmlWriter html, ReportView view, ExperimentMetric metric) => Write(html, view, metric, [""]);

    /// <summary>Writes the table of some parts of the rows.</summary>
    public static void Write(HtmlWriter html, ReportView view, ExperimentMetric metric, IReadOnlyList<string> segments)
    {
        var table = new MetricTable(html, view, metric, [.. segments.SelectMany(segment => view.Rows(metric, segment))]);
        html.Write($"<table role=\"table\" class=\"metric{(table._isCompared ? "" : " alone")}\"><caption class=\"visually-hidden\">{ReportView.NameOf(metric)}</caption><thead role=\"rowgroup\"><tr role=\"row\"><th role=\"columnheader\" scope=\"col\">candidate</th><th role=\"columnheader\" scope=\"col\" class=\"plot\">value, with its interval</th><th role=\"columnheader\" scope=\"col\" class=\"number\">value</th>");
        if (table._isCompared)
        {
            html.Write($"<th role=\"columnheader\" scope=\"col\" class=\"plot\">difference from the baseline</th><th role=\"columnheader\" scope=\"col\" class=\"number\">difference</th><th role=\"columnheader\" scope=\"col\">verdict</th>");
        }

        html.Write($"</tr></thead><tbody role=\"rowgroup\">\n");
        foreach (var segment in segments)
        {
            table.Part(segment);
        }

        if (table._isScaled)
        {
            table.Scales();
        }

        html.Write($"</tbody></table>\n");
    }

    private void Part(string segment)
    {
        var rows = _view.Rows(_metric, segment);
        if (segment.Length > 0)
        {
            var most = rows.Max(row => row.Cell.Count + row.Cell.Undefined);
            _html.Write($"<tr role=\"row\" class=\"part\"><th role=\"rowheader\" scope=\"rowgroup\" colspan=\"{(_isCompared ? 6 : 3)}\"><bdi>{segment}</bdi> <span class=\"muted\">{MetricText.Count(most)} {(most == 1 ? "row" : "rows")}</span></th></tr>\n");
        }

        foreach (var row in rows)
        {
            var isBaseline = row.Cell.Candidate == _view.Result.Baseline;
            _html.Write($"<tr role=\"row\"><th role=\"rowheader\" scope=\"row\" class=\"name\"><bdi>{row.Cell.Candidate}</bdi>");
            if (isBaseline && _isCompared)
            {
                _html.Write($" <span class=\"tag\">baseline</span>");
            }

            _html.Write($"</th>");
            Value(row, isBaseline && _isCompared);
            if (_isCompared)
            {
                Difference(row);
            }

            _html.Write($"</tr>\n");
        }
    }

    private void Value(ReportRow row, bool isBaseline)
    {
        var (cell, unit) = (row.Cell, _metric.Form.Unit);
        _html.Write($"<td role=\"cell\" class=\"plot\">");
        if (cell.Value.IsDefined)
        {
            Lane.Bar(_html, _values, unit, cell.Value.Number, cell.Interval, isBaseline);
        }
        else
        {
            _html.Write($"<span class=\"note\">{cell.Value.Reason.Detail}{(cell.Undefined > 0 ? $", of {MetricText.Count(cell.Undefined + cell.Count)}: {cell.Reason}" : "")}</span>");
        }

        _html.Write($"</td><td role=\"cell\" class=\"number value\"><strong>{MetricText.Value(unit, cell.Value)}</strong>");
        if (cell.Value.IsDefined)
        {
            _html.Write($"<span class=\"note\">{(cell.Interval is { } interval ? MetricText.Range(unit, interval) : "no interval: too many resamples have no value")}</span>");
        }

        if (cell.Undefined > 0 && cell.Value.IsDefined)
        {
            _html.Write($"<span class=\"note warn\">{MetricText.Count(cell.Undefined)} of {MetricText.Count(cell.Undefined + cell.Count)} without a value{(cell.Reason.Length > 0 ? ": " + cell.Reason : "")}</span>");
        }

        if (cell.IsMet is { } isMet && _metric.Threshold is { } threshold)
        {
            _html.Write($"<span class=\"tag {(isMet ? "good" : "bad")}\">{(isMet ? "meets" : "misses")} {(_metric.Form.Direction == ScoreDirection.HigherIsBetter ? "≥" : "≤")} {MetricText.Value(unit, threshold)}</span>");
        }

        _html.Write($"</td>");
    }

    private void Difference(ReportRow row)
    {
        if (row is not { Difference: { } item, Verdict: { } verdict })
        {
            _html.Write($"<td role=\"cell\" class=\"plot blank\"></td><td role=\"cell\" class=\"blank\"></td><td role=\"cell\" class=\"blank\"></td>");
            return;
        }

        var (comparison, unit) = (item.Comparison, _metric.Form.Unit);
        _html.Write($"<td role=\"cell\" class=\"plot\">");
        if (comparison.Difference.IsDefined)
        {
            Lane.Difference(_html, _differences, unit, comparison.Difference.Number, comparison.Interval, verdict);
            _html.Write($"</td><td role=\"cell\" class=\"number\"><strong>{MetricText.Difference(unit, comparison.Difference.Number)}</strong><span class=\"note\">{(comparison.Interval is { } interval ? MetricText.DifferenceRange(unit, interval) : "no interval: too many resamples have no value")}</span>");
        }
        else
        {
            _html.Write($"<span class=\"note\">{comparison.Difference.Reason.Detail}</span></td><td role=\"cell\" class=\"number\"><strong>undefined</strong>");
        }

        _html.Write($"</td><td role=\"cell\" class=\"verdict\"><span class=\"tag {VerdictText.Style(verdict)}\">{VerdictText.Mark(verdict)} {VerdictText.Word(verdict)}</span>");
        if (item.AdjustedPValue is { } p)
        {
            _html.Write($"<span class=\"note\">p {(p < 0.001 ? "" : "= ")}{MetricText.Probability(p)}, {MetricText.Count(comparison.Pairs)} pairs</span>");
        }

        if (verdict == Verdict.NotShown && item.MinimumDetectableEffect is { } least)
        {
            _html.Write($"<span class=\"note\">would show {MetricText.Size(unit, least)}</span>");
            if (_metric.PairsFor(item) is { } pairs)
            {
                _html.Write($"<span class=\"note\">{MetricText.Size(unit, _metric.Effect!.Value)} needs {MetricText.Count(pairs)} pairs</span>"); // Pairs come from an effect.
            }
        }

        _html.Write($"</td>");
    }

    private void Scales()
    {
        _html.Write($"<tr role=\"row\" class=\"scales\" aria-hidden=\"true\"><td></td><td class=\"plot\">");
        Lane.Scale(_html, _values, _metric.Form.Unit, isSigned: false);
        _html.Write($"</td><td class=\"number unit\">{MetricText.AxisUnit(_metric.Form.Unit, isDifference: false)}</td>");
        if (_isCompared)
        {
            _html.Write($"<td class=\"plot\">");
            Lane.Scale(_html, _differences, _metric.Form.Unit, isSigned: true);
            _html.Write($"</td><td class=\"number unit\">{MetricText.AxisUnit(_metric.Form.Unit, isDifference: true)}</td><td></td>");
        }

        _html.Write($"</tr>\n");
    }
}
