using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Benchmarks.Views;

/// <summary>One dimension of a view.</summary>
/// <param name="Dimension">Which.</param>
/// <param name="Name">What was measured: <c>accuracy</c>, <c>worst of typos, synonyms</c>.</param>
/// <param name="Direction">Which end is the good one.</param>
/// <param name="Value">The number, or why there is none.</param>
public sealed record HelmScore(HelmDimension Dimension, string Name, ScoreDirection Direction, MetricValue Value)
{
    /// <summary>The number with four digits, or why there is none.</summary>
    public string Show() => Value.IsDefined ? Value.Number.ToString("0.####", System.Globalization.CultureInfo.InvariantCulture) : $"undefined: {Value.Reason.Detail}";
}
