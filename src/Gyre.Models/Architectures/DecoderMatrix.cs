namespace Gyre.Models.Architectures;

/// <summary>A matrix of a decoder in training: a linear layer, an embedding or the output layer.</summary>
/// <param name="Parameter">Its numbers, [outputs, inputs], one row an output, however its file stores it.</param>
/// <param name="Layer">The layer that it is in, from 0; null for what stands before or behind the layers.</param>
/// <param name="IsEmbedding">True for a table whose rows are gathered; it may double as the output layer.</param>
public sealed record DecoderMatrix(Parameter Parameter, int? Layer, bool IsEmbedding);
