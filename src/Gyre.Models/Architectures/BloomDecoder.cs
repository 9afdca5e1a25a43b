using Gyre.Tensors.Kernels;

namespace Gyre.Models.Architectures;

/// <summary>BLOOM: scores that fall with distance (ALiBi) instead of positions, and a norm right after the embedding.</summary>
/// <remarks>Source: BigScience 2022 (BLOOM); Press et al. 2022 (ALiBi). Queries, keys and values are stored as one, head by head.</remarks>
internal sealed class BloomDecoder : IArchitecture
{
    private readonly WeightList _weights = new();
    private readonly DecoderStack _stack;

    public BloomDecoder(DecoderConfiguration configuration)
    {
        var c = configuration;
        var tokens = _weights.Embedding("transformer.word_embeddings", "token_embd", c.VocabularySize, c.HiddenSize, c.InitialDeviation);
        var embeddingNorm = _weights.LayerNorm("transformer.word_embeddings_layernorm", "token_embd_norm", c.HiddenSize, c.NormEpsilon);
        var slopes = Alibi.Slopes(c.Heads);
        _stack = new DecoderStack(
            new EmbeddingSpec { Tokens = tokens },
            [.. Enumerable.Range(0, c.Layers).Select(layer => (Func<IForward, Value, Value>)new Block(c, _weights, slopes, layer).Forward)],
            _weights.LayerNorm("transformer.ln_f", "output_norm", c.HiddenSize, c.NormEpsilon),
            new LogitsSpec(_weights.Head(c, tokens, "lm_head")))
        {
            EmbeddingNorm = embeddingNorm,
        };
    }

    public static DecoderFamily Family { get; } = new()
    {
        Name = "bloom",
        ClassName = "BloomForCausalLM",
        GgufName = "bloom",
        Create = configuration => new BloomDecoder(configuration),
        FieldNames = new Dictionary<string, string[]>
        {
            ["hidden_size"] = ["hidden_size", "n_embed"],
            ["intermediate_size"] = [],
            ["num_hidden_layers"] = ["n_layer", "num_hidden_layers"],
            ["num_attention_heads"] = ["n_head", "num_attention_heads"],
            ["num_key_value_heads"] = [],
            ["head_dim"] = [],
            ["max_position_embeddings"] = ["seq_length"],
            ["rms_norm_eps"] = ["layer_norm_epsilon"],
            ["hidden_act"] = [],
        },
        UsesRotary = _ => false,
        Activation = ActivationFunction.GeluTanh,
        ContextLength = 2048,
        WidensByFour = true,
        TiesEmbeddings = true,
        Read = (fields, common) => common with
        {
            UsesAlibi = true,
            ResidualAfterNorm = fields.Boolean("apply_residual_connection_post_layernorm", false),
        },
        Write = (c, json) => json["apply_residual_connection_post_layernorm"] = c.ResidualAfterNorm,
        WriteGguf = (keys, c) => keys.Require(!c.ResidualAfterNorm, "a residual stream that goes through the norms"),
        ReadGguf = (_, common) => common with { UsesAlibi = true },
    };

    public IReadOnlyList<WeightSpec> Weights => _weights.Specs;

    public string Prefix => "transformer.";

    public Value Forward(IForward forward) => _stack.Forward(forward);

    /// <summary>One layer.</summary>
    private sealed class Block
    {
        private readonly NormSpec _attentionNorm;
        private readonly (Projection Queries, Projection Keys, Projection Values) _projections;
        private readonly AttentionSpec _attention;
        private readonly Projection _output;
        private readonly NormSpec _feedForwardNorm;
        private readonly Projection _up;
        private readonly Projection _down;
        private readonly ActivationFunction _activation;
        private readonly bool _addsToNormed;

        public Block(DecoderConfiguration configuration, WeightList weights, float[] slopes, int layer)
        {
            var c = configuration;
            var (prefix, gguf) = ($"transformer.h.{layer}.", $"blk.{layer}.");
            var (width, inner, deviation) = (c.HiddenSize, c.IntermediateSize, c.InitialDeviation);
            (_activation, _addsToNormed) = (c.Activation, c.ResidualAfterNorm);
            _attentionNorm = weights.LayerNorm(prefix + "input_layernorm", gguf + "attn_norm", width, c.NormEpsilon);
            var fused = new FusedProjection(prefix + "self_attention.query_key_value", gguf + "attn_qkv", width, HasBias: true, deviation) { IsGrouped = true };
            _projections = weights.Fused(fused, c.Heads, c.KeyValueHeads, c.HeadWidth);
            _attention = c.AttentionOf(layer) with { AlibiSlopes = slopes };
            _output = weights.Projection(prefix + "self_attention.dense", gguf + "attn_output", width, width, hasBias: true, c.ResidualDeviation);
            _feedForwardNorm = weights.LayerNorm(prefix + "post_attention_layernorm", gguf + "ffn_norm", width, c.NormEpsilon);
            _up = weights.Projection(prefix + "mlp.dense_h_to_4h", gguf + "ffn_up", inner, width, hasBias: true, deviation);
            _down = weights.Projection(prefix + "mlp.dense_4h_to_h", gguf + "ffn_down", width, inner, hasBias: true, c.ResidualDeviation);
        }

        public Value Forward(IForward forward, Value x)
        {
            var normed = forward.Norm(x, _attentionNorm);
            var (queries, keys, values) = forward.Project(normed, _projections.Queries, _projections.Keys, _projections.Values);
            x = forward.AddProjected(_addsToNormed ? normed : x, forward.Attend(queries, keys, values, _attention), _output);
            normed = forward.Norm(x, _feedForwardNorm);
            var hidden = forward.Linear(normed, _up, _activation);
            return forward.AddProjected(_addsToNormed ? normed : x, hidden, _down);
        }
    }
}
