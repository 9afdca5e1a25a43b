using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Statistics;

/// <summary>The value of samples together, from the sum of their statistics: <see cref="IMetric{TSample}.Combine"/>.</summary>
/// <param name="sums">The sum of the statistics.</param>
/// <param name="count">How many samples.</param>
public delegate MetricValue MetricCombiner(ReadOnlySpan<double> sums, long count);
