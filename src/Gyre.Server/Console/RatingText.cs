using System.Globalization;
using Gyre.Server.Ratings;

namespace Gyre.Server.Console;

/// <summary>Results of ratings in words.</summary>
internal static class RatingText
{
    public static string Value(RatingFigure figure) => figure.Value is { } value ? value.ToString("0.00", CultureInfo.InvariantCulture) : "–";

    public static string Interval(RatingFigure figure) => figure is { Low: { } low, High: { } high } ? string.Create(CultureInfo.InvariantCulture, $"{low:0.00} – {high:0.00}") : "";

    /// <summary>The number, with its interval where there is one, or why there is none.</summary>
    public static string Explained(RatingFigure figure) => figure.Value is null ? $"undefined: {figure.Undefined}" : Interval(figure) is { Length: > 0 } interval ? $"{Value(figure)} ({interval})" : Value(figure);

    public static string Chance(double p) => p < 0.0001 ? "< 0.0001" : p.ToString("0.####", CultureInfo.InvariantCulture);

    public static string Seconds(double seconds) => seconds < 90 ? string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s") : string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:0.0} min");

    /// <summary>The ends of a measure: points of a scale, or 0 and 1 for a share.</summary>
    public static (double Low, double High) Scale(CandidateMeasure measure, RatingReport report) => measure.Measure == "mean"
        ? (1, Math.Max(5, Math.Ceiling(report.Candidates.Where(other => other.Question == measure.Question).Max(other => other.Figure.High ?? 1))))
        : (0, 1);
}
