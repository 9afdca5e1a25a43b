namespace Gyre.Evaluation.Reports.Examples;

/// <summary>What a candidate wrote for a row, clipped.</summary>
/// <param name="Output">Its answer; null when the call failed.</param>
/// <param name="Error">Why the call failed; null when it did not.</param>
/// <param name="Milliseconds">What the call took.</param>
/// <param name="Scores">Its scores: a value, or none with the reason.</param>
public sealed record ExampleAnswer(string? Output, string? Error, double? Milliseconds, IReadOnlyList<ExampleScore> Scores)
{
    /// <summary>The id of the call's trace; null when it was not traced.</summary>
    public string? Trace { get; init; }
}
