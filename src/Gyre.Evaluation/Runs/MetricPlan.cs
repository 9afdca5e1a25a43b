namespace Gyre.Evaluation.Runs;

/// <summary>One measurement of an evaluation: a scorer over the rows of a task, and what is demanded of its mean.</summary>
/// <param name="Task">The task whose rows are scored.</param>
/// <param name="Scorer">How each output is scored.</param>
/// <param name="Threshold">The least mean (the greatest, for scorers where less is better); null when nothing is demanded.</param>
public sealed record MetricPlan(string Task, IScorer Scorer, double? Threshold);
