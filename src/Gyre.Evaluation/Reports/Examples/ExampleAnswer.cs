namespace Gyre.Evaluation.Reports.Examples;

/// <summary>What a candidate wrote for a row, clipped.</summary>
/// <param name="Output">Its answer; null when the call failed.</param>
/// <param name="Error">Why the call failed; null when it did not.</param>
/// <param name="Milliseconds">What the call took.</param>
/// <param name="Scores">Its scores: a value, or none with the reason.</param>
internal sealed record ExampleAnswer(string? Output, string? Error, double? Milliseconds, IReadOnlyList<(string Scorer, double? Value, string Reason)> Scores);
