using Gyre.Tensors.Quantization;

namespace Gyre.Models.Architectures.Engine;

/// <summary>A loaded linear layer and the value that receives its product.</summary>
internal sealed record ProjectionTarget(PackedMatrix Weight, NativeBuffer? Bias, Value Output);
