using System.Text.Json.Nodes;
using Gyre.Tensors.Kernels;

namespace Gyre.Models.Architectures;

/// <summary>
/// Falcon: attention and feed-forward beside each other, few key–value heads, rotary positions. The larger models have a
/// norm for each; the oldest (RW) have slopes instead of rotary positions and run one after the other.
/// </summary>
/// <remarks>
/// Source: Almazrouei et al. 2023 (Falcon). Queries, keys and values are stored as one, key–value head by key–value head,
/// which for a single such head, or as many as query heads, is the older layout too.
/// </remarks>
internal sealed class FalconDecoder : IArchitecture
{
    private readonly WeightList _weights = new();
    private readonly DecoderStack _stack;

    public FalconDecoder(DecoderConfiguration configuration)
    {
        var c = configuration;
        var tokens = _weights.Embedding("transformer.word_embeddings", "token_embd", c.VocabularySize, c.HiddenSize, c.InitialDeviation);
        var rotary = c.UsesAlibi ? null : new RotaryFrequencies(c.Rotary, c.HeadWidth);
        var slopes = c.UsesAlibi ? Alibi.Slopes(c.Heads, 1 / Math.Sqrt(c.HeadWidth)) : []; // Added before the scores are scaled.
        _stack = new DecoderStack(
            new EmbeddingSpec { Tokens = tokens },
            [.. Enumerable.Range(0, c.Layers).Select(layer => (Func<IForward, Value, Value>)new Block(c, _weights, rotary, slopes, layer).Forward)],
            _weights.LayerNorm("transformer.ln_f", "output_norm", c.HiddenSize, c.NormEpsilon),
            new LogitsSpec(_weights.Head(c, tokens, "lm_head")));
    }

    public static DecoderFamily Family { get; } = new()
    {
        Name = "falcon",
        ClassName = "FalconForCausalLM",
        GgufName = "falcon",
        Create = configuration => new FalconDecoder(configuration),
        FieldNames = new Dictionary<string, string[]>
        {
            ["intermediate_size"] = ["ffn_hidden_size"],
            ["num_hidden_layers"] = ["num_hidden_layers", "n_layer"],
            ["num_attention_heads"] = ["num_attention_heads", "n_head"],
            ["num_key_value_heads"] = ["num_kv_heads"],
            ["head_dim"] = [],
            ["rms_norm_eps"] = ["layer_norm_epsilon"],
            ["hidden_act"] = ["activation"],
        },
        UsesRotary = configuration => !configuration.UsesAlibi,
        Activation = ActivationFunction.Gelu,
        ContextLength = 2048,
        WidensByFour = true,
        TiesEmbeddings = true,
        Read = Read,
        Write = Write,
        WriteGguf = (keys, c) =>
        {
            keys.Require(c.IsParallel, "attention and feed-forward one after the other");
            keys.Require(!c.UsesAlibi, "scores that fall with distance (ALiBi)");
            keys.Require(!c.FeedForwardBias && !c.AttentionBias, "biases");
        },
        ReadGguf = (fields, common) => common with
        {
            Rotary = GgufConfiguration.ReadRotary(fields, common.ContextLength),
            IsParallel = true,
            HasTwoNorms = fields.Has("blk.0.attn_norm_2.weight"),
        },
    };

    public IReadOnlyList<WeightSpec> Weights => _weights.Specs;

    public string Prefix => "transformer.";

    public Value Forward(IForward forward) => _stack.Forward(forward);

    private static DecoderConfiguration Read(ConfigurationFields fields, DecoderConfiguration common)
    {
        var isNew = fields.Boolean("new_decoder_architecture", false);
        var norms = fields.Integer("num_ln_in_parallel_attn", isNew ? 2 : 1);
        if (norms is not (1 or 2))
        {
            fields.Fault("num_ln_in_parallel_attn", $"{norms}", "1 or 2");
        }

        var usesAlibi = fields.Boolean("alibi", false);
        var rotary = usesAlibi ? new RotaryOptions() : HuggingFaceConfiguration.ReadRotary(fields, common.ContextLength);
        var hasBias = fields.Boolean("bias", false);
        var shares = !isNew && fields.Boolean("multi_query", true);
        return common with
        {
            KeyValueHeads = shares ? 1 : isNew ? common.KeyValueHeads : common.Heads,
            ContextLength = HuggingFaceConfiguration.Stretched(common.ContextLength, rotary),
            Rotary = rotary,
            UsesAlibi = usesAlibi,
            IsParallel = isNew || fields.Boolean("parallel_attn", true),
            HasTwoNorms = isNew && norms == 2,
            AttentionBias = hasBias,
            AttentionOutputBias = hasBias,
            FeedForwardBias = hasBias,
        };
    }

    private static void Write(DecoderConfiguration c, JsonObject json)
    {
        // One key–value head and as many as query heads are the older forms, if there is one norm.
        var isOld = !c.HasTwoNorms && (c.KeyValueHeads == 1 || c.KeyValueHeads == c.Heads);
        json["alibi"] = c.UsesAlibi;
        json["bias"] = c.FeedForwardBias;
        json["new_decoder_architecture"] = !isOld;
        json["multi_query"] = c.KeyValueHeads != c.Heads || c.Heads == 1;
        json["parallel_attn"] = c.IsParallel;
        json["num_ln_in_parallel_attn"] = c.HasTwoNorms ? 2 : 1;
        if (!c.UsesAlibi)
        {
            HuggingFaceConfiguration.WriteRotary(c, json);
        }
    }

    /// <summary>One layer.</summary>
    private sealed class Block
    {
        private readonly NormSpec _attentionNorm;
        private readonly NormSpec? _feedForwardNorm;
        private readonly (Projection Queries, Projection Keys, Projection Values) _projections;
        private readonly AttentionSpec _attention;
        private readonly Projection _output;
        private readonly Projection _up;
        private readonly Projection _down;
        private readonly ActivationFunction _activation;
        private readonly bool _isParallel;

        public Block(DecoderConfiguration configuration, WeightList weights, RotaryFrequencies? rotary, float[] slopes, int layer)
        {
            var c = configuration;
            var (prefix, gguf) = ($"transformer.h.{layer}.", $"blk.{layer}.");
            var (width, inner, deviation) = (c.HiddenSize, c.IntermediateSize, c.InitialDeviation);
            (_activation, _isParallel) = (c.Activation, c.IsParallel);
            if (c.HasTwoNorms)
            {
                _attentionNorm = weights.LayerNorm(prefix + "ln_attn", gguf + "attn_norm_2", width, c.NormEpsilon);
                _feedForwardNorm = weights.LayerNorm(prefix + "ln_mlp", gguf + "attn_norm", width, c.NormEpsilon);
            }
            else
            {
                _attentionNorm = weights.LayerNorm(prefix + "input_layernorm", gguf + "attn_norm", width, c.NormEpsilon);
                _feedForwardNorm = c.IsParallel ? null : weights.LayerNorm(prefix + "post_attention_layernorm", gguf + "ffn_norm", width, c.NormEpsilon);
            }

            var fused = new FusedProjection(prefix + "self_attention.query_key_value", gguf + "attn_qkv", width, c.AttentionBias, deviation) { IsGrouped = true };
            _projections = weights.Fused(fused, c.Heads, c.KeyValueHeads, c.HeadWidth);
            _attention = c.AttentionOf(layer) with { Rotary = rotary, AlibiSlopes = slopes };
            _output = weights.Projection(prefix + "self_attention.dense", gguf + "attn_output", width, width, c.AttentionOutputBias, c.ResidualDeviation);
            _up = weights.Projection(prefix + "mlp.dense_h_to_4h", gguf + "ffn_up", inner, width, c.FeedForwardBias, deviation);
            _down = weights.Projection(prefix + "mlp.dense_4h_to_h", gguf + "ffn_down", width, inner, c.FeedForwardBias, c.ResidualDeviation);
        }

        public Value Forward(IForward forward, Value x)
        {
            var normed = forward.Norm(x, _attentionNorm);
            var (queries, keys, values) = forward.Project(normed, _projections.Queries, _projections.Keys, _projections.Values);
            var attended = forward.Attend(queries, keys, values, _attention);
            if (!_isParallel)
            {
                x = forward.AddProjected(x, attended, _output);
                return forward.AddProjected(x, FeedForward(forward, x, normed), _down);
            }

            var hidden = FeedForward(forward, x, normed);
            return forward.AddProjected(forward.AddProjected(x, attended, _output), hidden, _down);
        }

        private Value FeedForward(IForward forward, Value x, Value normed) =>
            forward.Linear(_feedForwardNorm is null ? normed : forward.Norm(x, _feedForwardNorm), _up, _activation);
    }
}
