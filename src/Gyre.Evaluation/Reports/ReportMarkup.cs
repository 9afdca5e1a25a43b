using Gyre.Evaluation.Experiments;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Reports.Html;
using Gyre.Evaluation.Statistics;

namespace Gyre.Evaluation.Reports;

/// <summary>The parts of an experiment's page as HTML, for pages of other makers that show the same.</summary>
/// <remarks>
/// Every text from outside is escaped, its writing direction kept to itself, its control characters shown; there is no inline style.
/// Put the parts into an element of the class <c>report</c>, below the roles of colour, scale and spacing that the style names.
/// </remarks>
public static class ReportMarkup
{
    /// <summary>The style of the parts; it reaches no further than an element of the class <c>report</c>.</summary>
    /// <remarks>Source: W3C CSS Nesting Module.</remarks>
    public static string Style { get; } = $".report {{\n{PageAssets.Parts}}}\n";

    /// <summary>What the experiment says in sentences, and the checks that hold or do not.</summary>
    public static string Summary(ExperimentResult result) => Write(result, ReportSections.Summary);

    /// <summary>A table for each metric: values with their intervals, differences from the baseline.</summary>
    public static string Metrics(ExperimentResult result) => Write(result, ReportSections.Metrics);

    /// <summary>What calls took: tokens, costs, times.</summary>
    public static string Prices(ExperimentResult result) => Write(result, ReportSections.Prices);

    /// <summary>Quality against cost and time; empty when fewer than two candidates have both.</summary>
    public static string Plots(ExperimentResult result) => Write(result, ReportSections.Plots);

    /// <summary>Values and differences in the parts of the rows; empty when there are none.</summary>
    public static string Segments(ExperimentResult result) => Write(result, static (html, view) => ReportSections.Segments(html, view, new ReportOptions()));

    /// <summary>What is known of the scorers themselves; empty when nothing is.</summary>
    public static string Remarks(ExperimentResult result) => Write(result, ReportSections.Remarks);

    /// <summary>How the numbers are to be read, and where everything comes from.</summary>
    public static string Notes(ExperimentResult result) => Write(result, ReportSections.Notes);

    /// <summary>A value as reports write it.</summary>
    public static string Value(MetricUnit unit, double value) => MetricText.Value(unit, value);

    /// <summary>A difference as reports write it, with its sign; of shares in percentage points.</summary>
    public static string Difference(MetricUnit unit, double value) => MetricText.Difference(unit, value);

    /// <summary>An interval as reports write it.</summary>
    public static string Range(MetricUnit unit, double low, double high) => MetricText.Range(unit, new Interval(low, high, 0.95, ""));

    /// <summary>The text with control characters, marks of writing direction and broken characters made visible; line breaks stay.</summary>
    public static string Visible(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return VisibleText.Of(text);
    }

    /// <summary>A bar from zero to a value, with its interval across its end, on a scale that several of them share.</summary>
    /// <param name="unit">How the value is printed.</param>
    /// <param name="value">The value.</param>
    /// <param name="low">The lower end of its interval; null without one.</param>
    /// <param name="high">The upper end.</param>
    /// <param name="least">Where the scale begins.</param>
    /// <param name="greatest">Where it ends; more than <paramref name="least"/>.</param>
    public static string Bar(MetricUnit unit, double value, double? low, double? high, double least, double greatest)
    {
        var text = new StringWriter();
        Lane.Bar(new HtmlWriter(text), Axis.Of([least, greatest], 4, (least, greatest)), unit, value, low is { } from && high is { } to ? new Interval(from, to, 0.95, "") : null, isBaseline: false);
        return text.ToString();
    }

    private static string Write(ExperimentResult result, Action<HtmlWriter, ReportView> write)
    {
        ArgumentNullException.ThrowIfNull(result);
        var text = new StringWriter();
        write(new HtmlWriter(text), new ReportView(result));
        return text.ToString();
    }
}
