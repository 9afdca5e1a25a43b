namespace Gyre.Evaluation.Experiments;

/// <summary>One measurement of an experiment.</summary>
/// <param name="Scorer">How each answer is scored.</param>
/// <param name="Task">The task whose rows are scored; null for all rows.</param>
public sealed record ScorerPlan(IScorer Scorer, string? Task = null)
{
    /// <summary>The least value of each candidate (the greatest, for scorers where less is better); null when nothing is demanded.</summary>
    public double? Threshold { get; init; }

    /// <summary>By how much a candidate may be worse than the baseline before the gate looks at it, 0 or more, in the metric's own unit; null when the gate does not look at this metric.</summary>
    public double? Tolerance { get; init; }

    /// <summary>The least difference from the baseline that matters, in the metric's own unit: reports say how many rows show it; null when nothing was said.</summary>
    public double? Effect { get; init; }
}
