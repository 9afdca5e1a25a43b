namespace Gyre.Evaluation.Judges;

/// <summary>What a jury says of an answer.</summary>
/// <param name="Score">The jury's score.</param>
/// <param name="Members">Each member's score, in their order.</param>
/// <param name="Disagreement">The share of pairs of members that give different values, of those with a value; null with fewer than two.</param>
public sealed record JuryVerdict(Score Score, IReadOnlyList<Score> Members, double? Disagreement);
