using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Experiments;

/// <summary>One planned measurement, as a result names it: what its numbers mean and what is demanded of them.</summary>
/// <param name="Scorer">The scorer's name.</param>
/// <param name="Task">The task whose rows count; null for all.</param>
/// <param name="Form">Direction, unit, range and source.</param>
/// <param name="Threshold">The demanded value; null when nothing is demanded.</param>
/// <param name="Tolerance">By how much a candidate may be worse before the gate looks at it; null when the gate does not look at this metric.</param>
public sealed record ExperimentMetric(string Scorer, string? Task, MetricForm Form, double? Threshold, double? Tolerance);
