namespace Gyre.Evaluation.Metrics;

/// <summary>The value of a sum of statistics over at least one sample.</summary>
internal delegate MetricValue ValueOfSums(ReadOnlySpan<double> sums, long count);
