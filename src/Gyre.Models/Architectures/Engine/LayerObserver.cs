namespace Gyre.Models.Architectures.Engine;

/// <summary>Called after a layer of an observed run with the residual stream [rows, width]; layer 0 is the embedding.</summary>
internal delegate void LayerObserver(int layer, ReadOnlySpan<float> hidden);
