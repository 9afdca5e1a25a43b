namespace Gyre.Evaluation.Statistics;

/// <summary>A confidence interval.</summary>
/// <param name="Low">The lower end.</param>
/// <param name="High">The upper end.</param>
/// <param name="Confidence">The share of such intervals that hold the true value, for example 0.95.</param>
/// <param name="Method">How it was made: <c>wilson</c> or <c>bootstrap</c>.</param>
public sealed record Interval(double Low, double High, double Confidence, string Method);
