namespace Gyre.Evaluation.Runs;

/// <summary>What came of one row.</summary>
/// <param name="Id">The row's id.</param>
/// <param name="Task">The row's task.</param>
/// <param name="Output">What the model wrote; null when the call failed.</param>
/// <param name="Error">Why the call failed; null when it did not.</param>
/// <param name="Scores">The scores by scorer name; empty when the call failed.</param>
/// <param name="Duration">How long the call took.</param>
/// <param name="OutputTokens">Tokens written, when the model said.</param>
public sealed record RowResult(
    string Id,
    string Task,
    string? Output,
    string? Error,
    IReadOnlyDictionary<string, Score> Scores,
    TimeSpan Duration,
    long? OutputTokens);
