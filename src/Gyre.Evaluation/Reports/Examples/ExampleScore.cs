namespace Gyre.Evaluation.Reports.Examples;

/// <summary>What one metric says of an answer.</summary>
/// <param name="Scorer">The metric.</param>
/// <param name="Value">Its value; null when there is none.</param>
/// <param name="Reason">Why there is none, or what the scorer says of the value; may be empty.</param>
public sealed record ExampleScore(string Scorer, double? Value, string Reason);
