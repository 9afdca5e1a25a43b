using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Statistics;

namespace Gyre.Evaluation.Reports.Html;

/// <summary>The small pictures beside a table's numbers: a bar with its interval, a difference with its interval, the axis below.</summary>
/// <remarks>Places are per cents of the lane's width, so that a lane is as wide as its column without being stretched.</remarks>
internal static class Lane
{
    /// <summary>A bar from zero (or the axis' end) to the value, with the interval across its end.</summary>
    public static void Bar(HtmlWriter html, Axis axis, MetricUnit unit, double value, Interval? interval, bool isBaseline)
    {
        html.Write($"<svg class=\"lane\" width=\"100%\" height=\"28\" role=\"img\" aria-label=\"{MetricText.Value(unit, value)}{(interval is null ? "" : $", interval {MetricText.Range(unit, interval)}")}\">");
        Grid(html, axis);
        var (from, to) = (axis.At(Math.Clamp(0, axis.Least, axis.Greatest)), axis.At(value));
        html.Write($"<rect class=\"{(isBaseline ? "bar base" : "bar")}\" x=\"{Math.Min(from, to)}%\" y=\"8\" width=\"{Math.Abs(to - from)}%\" height=\"12\"/>");
        if (interval is not null)
        {
            Whisker(html, axis, interval, "whisker");
        }

        html.Write($"</svg>");
    }

    /// <summary>A difference on both sides of zero.</summary>
    public static void Difference(HtmlWriter html, Axis axis, MetricUnit unit, double value, Interval? interval, Verdict verdict)
    {
        html.Write($"<svg class=\"lane\" width=\"100%\" height=\"28\" role=\"img\" aria-label=\"{MetricText.Difference(unit, value)}{(interval is null ? "" : $", interval {MetricText.DifferenceRange(unit, interval)}")}: {VerdictText.Word(verdict)}\">");
        Grid(html, axis);
        html.Write($"<line class=\"zero\" x1=\"{axis.At(0)}%\" x2=\"{axis.At(0)}%\" y1=\"0\" y2=\"28\"/>");
        if (interval is not null)
        {
            Whisker(html, axis, interval, $"whisker {VerdictText.Style(verdict)}");
        }

        html.Write($"<circle class=\"point {VerdictText.Style(verdict)}\" cx=\"{axis.At(value)}%\" cy=\"14\" r=\"5\"/></svg>");
    }

    /// <summary>The numbers of an axis.</summary>
    public static void Scale(HtmlWriter html, Axis axis, MetricUnit unit, bool isSigned)
    {
        html.Write($"<svg class=\"scale\" width=\"100%\" height=\"18\" aria-hidden=\"true\">");
        foreach (var tick in axis.Ticks)
        {
            var at = axis.At(tick);
            html.Write($"<text x=\"{at}%\" y=\"13\" text-anchor=\"{(at < 8 ? "start" : at > 92 ? "end" : "middle")}\">{MetricText.Tick(unit, tick, isSigned)}</text>");
        }

        html.Write($"</svg>");
    }

    private static void Grid(HtmlWriter html, Axis axis)
    {
        foreach (var tick in axis.Ticks)
        {
            html.Write($"<line class=\"grid\" x1=\"{axis.At(tick)}%\" x2=\"{axis.At(tick)}%\" y1=\"0\" y2=\"28\"/>");
        }
    }

    private static void Whisker(HtmlWriter html, Axis axis, Interval interval, string style)
    {
        var (low, high) = (axis.At(interval.Low), axis.At(interval.High));
        html.Write($"<line class=\"{style}\" x1=\"{low}%\" x2=\"{high}%\" y1=\"14\" y2=\"14\"/><line class=\"{style}\" x1=\"{low}%\" x2=\"{low}%\" y1=\"10\" y2=\"18\"/><line class=\"{style}\" x1=\"{high}%\" x2=\"{high}%\" y1=\"10\" y2=\"18\"/>");
    }
}
