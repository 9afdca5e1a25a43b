namespace Gyre.Evaluation.Recipes;

/// <summary>One measurement as the recipe names it.</summary>
/// <param name="Task">The task whose rows are scored; null for all rows.</param>
/// <param name="Scorer">A name of the scorer catalogue, or the kind of a scorer with settings.</param>
/// <param name="Threshold">What is demanded of each candidate's value, in the metric's unit; null for nothing.</param>
/// <param name="Tolerance">By how much a candidate may be worse than the baseline; null when the gate does not look at this metric.</param>
public sealed record MetricRecipe(string? Task, string Scorer, double? Threshold, double? Tolerance = null)
{
    /// <summary>What tables call it; null for the scorer's own name.</summary>
    public string? Name { get; init; }

    /// <summary>The least difference that matters; null when nothing was said.</summary>
    public double? Effect { get; init; }

    /// <summary>What the scorer needs beside its name; null for scorers of the catalogue.</summary>
    public ScorerSettings? Settings { get; init; }
}
