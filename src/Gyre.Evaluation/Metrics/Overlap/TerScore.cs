namespace Gyre.Evaluation.Metrics.Overlap;

/// <summary>A translation edit rate and what it is made of.</summary>
/// <param name="Score">Edits by words of the references, times 100; at least 0, above 100 where more words are wrong than the references have.</param>
/// <param name="Edits">Insertions, deletions, substitutions and shifts against the closest references.</param>
/// <param name="ReferenceLength">Words of the references, of several the mean.</param>
public sealed record TerScore(double Score, long Edits, double ReferenceLength);
