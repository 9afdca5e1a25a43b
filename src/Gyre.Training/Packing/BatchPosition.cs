namespace Gyre.Training.Packing;

/// <summary>Where a run stands in its data: the next row to read.</summary>
/// <param name="Epoch">The pass over the data, counted from 0.</param>
/// <param name="Row">The row within the pass.</param>
internal readonly record struct BatchPosition(int Epoch, int Row);
