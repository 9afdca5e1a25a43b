namespace Gyre.Evaluation.Testing;

/// <summary>A row that took points off, or whose call failed.</summary>
/// <param name="Candidate">Who answered.</param>
/// <param name="Scorer">By what it was measured; empty for a failed call.</param>
/// <param name="RowId">The row.</param>
/// <param name="Prompt">What was asked.</param>
/// <param name="Reference">What was wanted; may be empty.</param>
/// <param name="Output">What was answered; null when the call failed.</param>
/// <param name="Value">The row's value; null when it has none.</param>
/// <param name="Reason">Why; may be empty for a value.</param>
public sealed record RowFailure(string Candidate, string Scorer, string RowId, string Prompt, string Reference, string? Output, double? Value, string Reason);
