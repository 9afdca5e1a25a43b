using System.Globalization;

namespace Gyre.Evaluation.Selection;

/// <summary>A person's word on a record, as it is kept: one line of <c>signatures.jsonl</c>.</summary>
/// <param name="At">When.</param>
/// <param name="By">Who.</param>
/// <param name="Candidate">What was accepted.</param>
/// <param name="Reason">Why.</param>
/// <param name="Chosen">What the numbers choose; null for nothing.</param>
/// <param name="Unknown">Limits that nobody knew to be kept at the time.</param>
/// <param name="Selection">SHA-256 of <c>selection.json</c>.</param>
/// <param name="Previous">SHA-256 of the line before; empty for the first.</param>
/// <param name="Before">SHA-256 of <c>decision.md</c> before it was signed.</param>
/// <param name="After">SHA-256 of it afterwards.</param>
public sealed record DecisionSignature(
    DateTimeOffset At, string By, string Candidate, string Reason, string? Chosen, IReadOnlyList<string> Unknown, string Selection, string Previous, string Before, string After)
{
    /// <summary>The day and time, as records write it.</summary>
    internal string Time => At.ToUniversalTime().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
