using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Experiments;

/// <summary>One planned measurement, as a result names it: what its numbers mean and what is demanded of them.</summary>
/// <param name="Scorer">The scorer's name.</param>
/// <param name="Task">The task whose rows count; null for all.</param>
/// <param name="Form">Direction, unit, range and source.</param>
/// <param name="Threshold">The demanded value; null when nothing is demanded.</param>
/// <param name="Tolerance">By how much a candidate may be worse before the gate looks at it; null when the gate does not look at this metric.</param>
public sealed record ExperimentMetric(string Scorer, string? Task, MetricForm Form, double? Threshold, double? Tolerance)
{
    /// <summary>The least difference from the baseline that matters; null when nothing was said.</summary>
    public double? Effect { get; init; }

    /// <summary>How many pairs show <see cref="Effect"/> in 80 of 100 cases, from what so many pairs show; null when either is unknown.</summary>
    /// <param name="comparison">A comparison by this metric.</param>
    public long? PairsFor(ExperimentComparison comparison)
    {
        ArgumentNullException.ThrowIfNull(comparison);
        return Effect is { } effect && comparison.MinimumDetectableEffect is { } least ? (long)Math.Min(1e15, Math.Max(2, Math.Ceiling(comparison.Comparison.Pairs * Math.Pow(least / effect, 2)))) : null;
    }
}
