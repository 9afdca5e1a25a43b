namespace Gyre.Evaluation.Recipes;

/// <summary>One measurement as the recipe names it.</summary>
/// <param name="Task">The task whose rows are scored; null for all rows.</param>
/// <param name="Scorer">A name of the scorer catalogue.</param>
/// <param name="Threshold">What is demanded of each candidate's value, in the metric's unit; null for nothing.</param>
/// <param name="Tolerance">By how much a candidate may be worse than the baseline; null when the gate does not look at this metric.</param>
public sealed record MetricRecipe(string? Task, string Scorer, double? Threshold, double? Tolerance = null);
