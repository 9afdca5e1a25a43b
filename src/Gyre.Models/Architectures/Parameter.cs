using Gyre.Tensors;

namespace Gyre.Models.Architectures;

/// <summary>One trained tensor of a model.</summary>
/// <param name="Name">Its Hugging Face tensor name; of a tensor that files keep several weights in, with the part before the last dot.</param>
/// <param name="Value">Its numbers, requiring a gradient; owned by the model.</param>
/// <param name="Decays">True when weight decay applies: matrices and embeddings, not norms and biases.</param>
public sealed record Parameter(string Name, Tensor Value, bool Decays);
