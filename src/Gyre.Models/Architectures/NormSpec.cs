namespace Gyre.Models.Architectures;

/// <summary>A norm over the last axis.</summary>
/// <param name="Gain">Multiplies the result.</param>
/// <param name="Bias">Added to the result; null for none.</param>
/// <param name="Epsilon">Added to the variance or mean square.</param>
/// <param name="Centres">True for a layer norm, (x − mean) / √(variance + ε); false for x / √(mean(x²) + ε).</param>
internal sealed record NormSpec(WeightSpec Gain, WeightSpec? Bias, float Epsilon, bool Centres);
