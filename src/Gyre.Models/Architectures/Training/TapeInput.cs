using Gyre.Tensors;
using Gyre.Tensors.Autodiff;

namespace Gyre.Models.Architectures.Training;

/// <summary>What a layer of the training pass gets.</summary>
/// <param name="Tape">Records the pass, or only computes it.</param>
/// <param name="X">[N, inputs].</param>
/// <param name="Pass">The number of the pass in its executor.</param>
/// <param name="Place">The value's place in the pass. Two layers with equal pass and place read the same value, so what one computed of it serves the other.</param>
internal readonly record struct TapeInput(Tape Tape, Tensor X, long Pass, int Place);
