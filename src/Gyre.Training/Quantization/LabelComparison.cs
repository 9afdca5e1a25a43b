namespace Gyre.Training.Quantization;

/// <summary>How near a model's labels or scores of texts are to the original's.</summary>
/// <param name="Texts">Texts that were compared.</param>
/// <param name="Labels">Labels; 1 for a model that scores.</param>
/// <param name="MeanDifference">Mean difference of the probabilities that both give a label, 0 to 1.</param>
/// <param name="MaxDifference">The largest of them.</param>
/// <param name="SameLabel">The share of texts whose likeliest label is the same, 0 to 1.</param>
public sealed record LabelComparison(int Texts, int Labels, double MeanDifference, double MaxDifference, double SameLabel);
