namespace Gyre.Evaluation.Recipes;

/// <summary>One measurement as the recipe names it.</summary>
/// <param name="Task">The task whose rows are scored.</param>
/// <param name="Scorer">A name of the scorer catalogue.</param>
/// <param name="Threshold">What is demanded of the mean, 0 to 1; null for nothing.</param>
public sealed record MetricRecipe(string Task, string Scorer, double? Threshold);
