using Gyre.Tensors.Kernels;

namespace Gyre.Models.Architectures;

/// <summary>Encoder and decoder as the original Transformer has them: a layer norm after every attention and feed-forward.</summary>
/// <remarks>Names are those that BART's files have. Source: Vaswani et al. 2017, figure 1.</remarks>
internal sealed class PostNormStacks
{
    private readonly EmbeddingSpec _sources;
    private readonly EmbeddingSpec _answers;
    private readonly NormSpec? _sourceNorm;
    private readonly NormSpec? _answerNorm;
    private readonly EncoderBlock[] _encoder;
    private readonly DecoderBlock[] _decoder;

    /// <param name="modules">Declares the parts of layers.</param>
    /// <param name="prefix">What the names of all tensors begin with.</param>
    /// <param name="sources">What the encoder begins with.</param>
    /// <param name="answers">What the decoder begins with.</param>
    /// <param name="normsEmbeddings">A norm comes before the first layers.</param>
    public PostNormStacks(PostNormModules modules, string prefix, EmbeddingSpec sources, EmbeddingSpec answers, bool normsEmbeddings)
    {
        var c = modules.Configuration;
        (_sources, _answers) = (sources, answers);
        _sourceNorm = normsEmbeddings ? modules.Norm(prefix + "encoder.layernorm_embedding", "enc.embd_norm") : null;
        _encoder = [.. Enumerable.Range(0, c.EncoderLayers).Select(layer => new EncoderBlock(modules, $"{prefix}encoder.layers.{layer}.", layer))];
        _answerNorm = normsEmbeddings ? modules.Norm(prefix + "decoder.layernorm_embedding", "dec.embd_norm") : null;
        _decoder = [.. Enumerable.Range(0, c.DecoderLayers).Select(layer => new DecoderBlock(modules, $"{prefix}decoder.layers.{layer}.", layer))];
    }

    /// <summary>The pass of a source.</summary>
    public void Encode(IForward forward)
    {
        var x = Begin(forward, _sources, _sourceNorm);
        for (var i = 0; i < _encoder.Length; i++)
        {
            x = forward.Layer(i, x, _encoder[i].Body);
        }

        foreach (var block in _decoder)
        {
            block.Keep(forward, x);
        }
    }

    /// <summary>The pass of an answer's tokens up to the output layer.</summary>
    public Value Decode(IForward forward)
    {
        var x = Begin(forward, _answers, _answerNorm);
        for (var i = 0; i < _decoder.Length; i++)
        {
            x = forward.Layer(i, x, _decoder[i].Body);
        }

        return forward.Gather(x);
    }

    private static Value Begin(IForward forward, EmbeddingSpec embedding, NormSpec? norm)
    {
        var x = forward.Embed(embedding);
        return norm is null ? x : forward.Norm(x, norm);
    }

    private sealed class EncoderBlock
    {
        private readonly PostNormAttention _attention;
        private readonly PostNormFeedForward _feedForward;

        public EncoderBlock(PostNormModules modules, string prefix, int layer)
        {
            var c = modules.Configuration;
            var gguf = $"enc.blk.{layer}.";

            // Within a source nothing is kept from call to call, so all layers use the place of one.
            var spec = modules.Spec(0, c.EncoderHeads, c.EncoderHeadWidth, isCausal: false);
            _attention = modules.Attention(prefix + "self_attn", gguf + "attn", spec);
            _feedForward = modules.FeedForward(prefix, gguf, c.EncoderIntermediateSize);
            Body = (forward, x) => _feedForward.Run(forward, _attention.WithinItself(forward, x));
        }

        /// <summary>The forward pass as a delegate made once.</summary>
        public Func<IForward, Value, Value> Body { get; }
    }

    private sealed class DecoderBlock
    {
        private readonly PostNormAttention _attention;
        private readonly PostNormAttention _cross;
        private readonly PostNormFeedForward _feedForward;

        public DecoderBlock(PostNormModules modules, string prefix, int layer)
        {
            var c = modules.Configuration;
            var gguf = $"dec.blk.{layer}.";
            _attention = modules.Attention(prefix + "self_attn", gguf + "attn", modules.Spec(layer, c.DecoderHeads, c.DecoderHeadWidth, isCausal: true));
            _cross = modules.Attention(prefix + "encoder_attn", gguf + "cross_attn", modules.Spec(layer, c.DecoderHeads, c.DecoderHeadWidth, isCausal: false));
            _feedForward = modules.FeedForward(prefix, gguf, c.DecoderIntermediateSize);
            Body = (forward, x) => _feedForward.Run(forward, _cross.OverSource(forward, _attention.WithinItself(forward, x)));
        }

        /// <summary>The forward pass as a delegate made once.</summary>
        public Func<IForward, Value, Value> Body { get; }

        /// <summary>Keeps what this layer's tokens look at of the source.</summary>
        public void Keep(IForward forward, Value source) => forward.Keep(
            forward.Linear(source, _cross.Keys, ActivationFunction.None), forward.Linear(source, _cross.Values, ActivationFunction.None), _cross.Spec);
    }
}
