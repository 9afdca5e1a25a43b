namespace Gyre.Tensors.Autodiff;

/// <summary>A part of a model whose results are not kept for the backward pass but computed again there.</summary>
/// <param name="tape">The tape to compute on.</param>
/// <param name="inputs">The inputs given to <see cref="Tape.Checkpoint"/>.</param>
/// <remarks>Must compute the same both times: draw seeds outside.</remarks>
public delegate Tensor CheckpointBody(Tape tape, ReadOnlySpan<Tensor> inputs);
