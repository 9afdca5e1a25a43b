namespace Gyre.Training.Curation.Deduplication;

/// <summary>A text that is like one that was kept before it.</summary>
/// <param name="Kept">The number of the kept one among the kept, from 0.</param>
/// <param name="Similarity">The Jaccard similarity of their runs of words; at least the threshold.</param>
public readonly record struct NearDuplicate(int Kept, double Similarity);
