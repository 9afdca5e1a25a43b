using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Statistics;

namespace Gyre.Evaluation.Benchmarks;

/// <summary>One number of a benchmark.</summary>
/// <param name="Measure">Which.</param>
/// <param name="Form">What it means.</param>
/// <param name="Value">The number, or why there is none.</param>
/// <param name="Interval">How sure it is; null when that cannot be said.</param>
/// <param name="Count">Items that it is made of.</param>
public sealed record MeasureResult(BenchmarkMeasure Measure, MetricForm Form, MetricValue Value, Interval? Interval, long Count);
