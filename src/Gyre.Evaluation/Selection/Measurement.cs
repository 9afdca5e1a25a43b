using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Selection;

/// <summary>A number about a candidate and how sure it is.</summary>
/// <param name="Value">The number.</param>
/// <param name="Low">The lower end of its interval; null where it has none.</param>
/// <param name="High">The upper end.</param>
/// <param name="Confidence">The interval's confidence.</param>
/// <param name="Unit">How it is printed.</param>
/// <param name="Count">Samples that it is made of; 0 for what is no sample.</param>
public sealed record Measurement(double Value, double? Low = null, double? High = null, double? Confidence = null, MetricUnit Unit = MetricUnit.Number, long Count = 0);
