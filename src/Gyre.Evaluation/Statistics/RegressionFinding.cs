using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Statistics;

/// <summary>What a <see cref="RegressionTest"/> found.</summary>
/// <param name="Pairs">Samples that both have a value for.</param>
/// <param name="Difference">Candidate minus baseline.</param>
/// <param name="PValue">How likely so bad a difference is when the candidate is worse by exactly the tolerance; null when the difference is undefined.</param>
/// <param name="DetectableRegression">The least true worsening that so many pairs show in 80 of 100 cases; null for metrics that are no means.</param>
public sealed record RegressionFinding(int Pairs, MetricValue Difference, double? PValue, double? DetectableRegression);
