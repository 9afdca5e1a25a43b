using System.ComponentModel;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Statistics;

namespace Gyre.Server.Ratings;

/// <summary>A number with its interval, or why there is none.</summary>
/// <param name="Value">The number; null when it is undefined.</param>
/// <param name="Undefined">Why there is none; null when there is one.</param>
/// <param name="Low">The lower end of its 95 % interval; null without one.</param>
/// <param name="High">The upper end.</param>
[Description("A number with its 95 % interval, or why there is none.")]
public sealed record RatingFigure(double? Value, string? Undefined, double? Low, double? High)
{
    internal static RatingFigure Of(MetricValue value, Interval? interval = null) => value.IsDefined
        ? new RatingFigure(value.Number, null, interval?.Low, interval?.High)
        : new RatingFigure(null, value.Reason.Detail, null, null);
}
