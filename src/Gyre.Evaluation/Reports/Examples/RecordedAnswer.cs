namespace Gyre.Evaluation.Reports.Examples;

/// <summary>What a candidate answered to a row, as an experiment wrote it down.</summary>
/// <param name="Output">The whole answer; null when the call failed.</param>
/// <param name="Trace">The trace of the call; empty when the line names none.</param>
/// <param name="Scores">The scorers' values; scorers without a value are left out.</param>
public sealed record RecordedAnswer(string? Output, string Trace, IReadOnlyDictionary<string, double> Scores);
