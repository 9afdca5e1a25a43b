using System.Globalization;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Reports;
using Gyre.Registry.Experiments;
using Microsoft.AspNetCore.Components;

namespace Gyre.Server.Console.Experiments;

/// <summary>How the pages of runs write what runs hold.</summary>
internal static class RunText
{
    public static string Dash => TraceText.Dash;

    public static MetricUnit Unit(string name) => Enum.TryParse<MetricUnit>(name, ignoreCase: true, out var unit) ? unit : MetricUnit.Number;

    public static bool IsHigherBetter(string direction) => direction is "higherIsBetter" or "higher";

    public static string Direction(string direction) => IsHigherBetter(direction) ? "more is better" : "less is better";

    public static string Arrow(string direction) => IsHigherBetter(direction) ? "↑" : "↓";

    public static string Value(ExperimentFigure figure) => figure.Value is { } value ? ReportMarkup.Value(Unit(figure.Unit), value) : "undefined";

    public static string Range(ExperimentFigure figure) => figure is { Low: { } low, High: { } high } ? ReportMarkup.Range(Unit(figure.Unit), low, high) : "";

    public static string Count(long count) => count.ToString("#,0", CultureInfo.InvariantCulture);

    public static string Count(long count, string one, string several) => $"{Count(count)} {(count == 1 ? one : several)}";

    public static string Digest(string digest) => digest.Length <= 12 ? digest : digest[..12] + "…";

    public static string Visible(string text) => ReportMarkup.Visible(text);

    /// <summary>The beginning of a long name, so that one name does not fill a page.</summary>
    public static string Name(string name)
    {
        var visible = ReportMarkup.Visible(name).ReplaceLineEndings(" ");
        return visible.Length <= 120 ? visible : visible[..(char.IsHighSurrogate(visible[119]) ? 119 : 120)] + "…";
    }

    /// <summary>Markup that was written by the reports, which escape every text themselves.</summary>
    public static MarkupString Markup(string html) => new(html);

    public static string Duration(ExperimentRecord run) => TraceText.Duration(run.EndedAt - run.StartedAt);

    public static string Link(ExperimentEntry entry) => (entry.Run.Kind == ExperimentKind.Benchmark ? "/benchmarks/" : "/experiments/") + Uri.EscapeDataString(entry.Id);

    /// <summary>An address with those parameters that have a value.</summary>
    public static string Address(string path, params ReadOnlySpan<(string Name, string Value)> parameters)
    {
        var query = new List<string>();
        foreach (var (name, value) in parameters)
        {
            if (value.Length > 0)
            {
                query.Add($"{name}={Uri.EscapeDataString(value)}");
            }
        }

        return query.Count == 0 ? path : $"{path}?{string.Join('&', query)}";
    }
}
