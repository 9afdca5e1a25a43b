using Gyre.Models.Architectures;
using Gyre.Tensors;

namespace Gyre.Training.Encoders;

/// <summary>What a job trains.</summary>
/// <param name="Rows">The data.</param>
/// <param name="RowsOfPass">Rows a pass.</param>
/// <param name="Create">Makes the model; the run disposes it.</param>
internal sealed record EncoderStart(IEncoderRows Rows, int RowsOfPass, Func<TensorPool, TrainableEncoder> Create);
