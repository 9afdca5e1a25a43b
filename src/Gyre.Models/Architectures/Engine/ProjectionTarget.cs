using Gyre.Tensors.Quantization;

namespace Gyre.Models.Architectures.Engine;

/// <summary>A loaded linear layer and the value that receives its product.</summary>
/// <param name="Index">The weight's index, by which adapters are found.</param>
/// <param name="Weight">The matrix.</param>
/// <param name="Bias">Added; null for none.</param>
/// <param name="Output">What receives the product.</param>
internal sealed record ProjectionTarget(int Index, PackedMatrix Weight, NativeBuffer? Bias, Value Output);
