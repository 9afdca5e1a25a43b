using Gyre.Evaluation.Replies;

namespace Gyre.Evaluation.Experiments;

/// <summary>What one candidate made of one row.</summary>
/// <param name="Reply">The answer; null when the call failed.</param>
/// <param name="Error">Why the call failed; null when it did not.</param>
/// <param name="IsKept">The answer is from an earlier run.</param>
/// <param name="Scores">A score for each planned scorer; null where the scorer is for another task or the call failed.</param>
internal sealed record CandidateOutcome(Reply? Reply, string? Error, bool IsKept, Score?[] Scores);
