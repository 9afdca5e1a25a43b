namespace Gyre.Models.Weights;

/// <summary>A stored weight that is not a finite number.</summary>
/// <param name="TensorName">The tensor that holds it.</param>
/// <param name="Index">Its flat row-major index; for an encoding of blocks, the first element of the block whose scale it is.</param>
/// <param name="Value">Not-a-number, or an infinity.</param>
public readonly record struct NonFiniteWeight(string TensorName, long Index, double Value);
