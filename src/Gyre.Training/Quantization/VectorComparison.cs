namespace Gyre.Training.Quantization;

/// <summary>How near a model's vectors of texts are to the original's.</summary>
/// <param name="Texts">Texts that were compared.</param>
/// <param name="Dimensions">Numbers of a vector.</param>
/// <param name="MeanCosine">Mean cosine of the angle between the two vectors of a text, −1 to 1.</param>
/// <param name="LeastCosine">The smallest of them.</param>
public sealed record VectorComparison(int Texts, int Dimensions, double MeanCosine, double LeastCosine);
