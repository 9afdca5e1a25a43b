using Gyre.Tensors;

namespace Gyre.Models.Architectures;

/// <summary>Called with the rows that go into a matrix.</summary>
/// <param name="matrix">The matrix.</param>
/// <param name="rows">[tokens, inputs]; valid during the call.</param>
public delegate void MatrixInputObserver(DecoderMatrix matrix, Tensor rows);
