namespace Gyre.Models.Architectures;

/// <summary>The forward pass that decoders have in common: an embedding, layers one after another, a norm, an output layer.</summary>
/// <param name="Embedding">What the residual stream begins with.</param>
/// <param name="Layers">The layers' forward passes, as delegates made once.</param>
/// <param name="Norm">The norm before the output layer.</param>
/// <param name="Logits">The output layer.</param>
internal sealed record DecoderStack(
    EmbeddingSpec Embedding, IReadOnlyList<Func<IForward, Value, Value>> Layers, NormSpec Norm, LogitsSpec Logits)
{
    /// <summary>A norm of the embedding, from which the residual stream goes on; null for none.</summary>
    public NormSpec? EmbeddingNorm { get; init; }

    public Value Forward(IForward forward)
    {
        var x = forward.Embed(Embedding);
        if (EmbeddingNorm is not null)
        {
            x = forward.Norm(x, EmbeddingNorm);
        }

        for (var i = 0; i < Layers.Count; i++)
        {
            x = forward.Layer(i, x, Layers[i]);
        }

        return forward.Logits(forward.Norm(forward.Gather(x), Norm), Logits);
    }
}
