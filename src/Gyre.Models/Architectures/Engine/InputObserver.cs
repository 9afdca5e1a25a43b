namespace Gyre.Models.Architectures.Engine;

/// <summary>Sees an input row of matrix products: the indexes of the weights, and the row after its norm.</summary>
internal delegate void InputObserver(int[] weights, ReadOnlySpan<float> row);
