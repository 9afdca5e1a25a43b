using System.Text.Json.Nodes;
using Gyre.Tensors.Kernels;

namespace Gyre.Models.Architectures;

/// <summary>GPT-NeoX and Pythia: layer norms, partial rotary positions, attention and feed-forward beside each other.</summary>
/// <remarks>Source: Black et al. 2022 (GPT-NeoX-20B); Biderman et al. 2023 (Pythia). Queries, keys and values are stored as one, head by head.</remarks>
internal sealed class GptNeoXDecoder : IArchitecture
{
    private readonly WeightList _weights = new();
    private readonly DecoderStack _stack;

    public GptNeoXDecoder(DecoderConfiguration configuration)
    {
        var c = configuration;
        var tokens = _weights.Embedding("gpt_neox.embed_in", "token_embd", c.VocabularySize, c.HiddenSize, c.InitialDeviation);
        var rotary = new RotaryFrequencies(c.Rotary, c.RotatedWidth);
        _stack = new DecoderStack(
            new EmbeddingSpec { Tokens = tokens },
            [.. Enumerable.Range(0, c.Layers).Select(layer => (Func<IForward, Value, Value>)new Block(c, _weights, rotary, layer).Forward)],
            _weights.LayerNorm("gpt_neox.final_layer_norm", "output_norm", c.HiddenSize, c.NormEpsilon),
            new LogitsSpec(_weights.Head(c, tokens, "embed_out")));
    }

    public static DecoderFamily Family { get; } = new()
    {
        Name = "gpt_neox",
        ClassName = "GPTNeoXForCausalLM",
        GgufName = "gptneox",
        Create = configuration => new GptNeoXDecoder(configuration),
        FieldNames = new Dictionary<string, string[]>
        {
            ["num_key_value_heads"] = [],
            ["head_dim"] = [],
            ["rms_norm_eps"] = ["layer_norm_eps"],
        },
        Activation = ActivationFunction.Gelu,
        Read = Read,
        Write = Write,
        WriteGguf = (keys, c) => keys.Set("use_parallel_residual", c.IsParallel),
        ReadGguf = (fields, common) => common with
        {
            Rotary = GgufConfiguration.ReadRotary(fields, common.ContextLength),
            RotaryWidth = fields.Integer("rope.dimension_count", 0),
            IsParallel = fields.Boolean("use_parallel_residual", true),
            AttentionBias = fields.Has("blk.0.attn_qkv.bias"),
            AttentionOutputBias = fields.Has("blk.0.attn_output.bias"),
        },
    };

    public IReadOnlyList<WeightSpec> Weights => _weights.Specs;

    public string Prefix => "gpt_neox.";

    public Value Forward(IForward forward) => _stack.Forward(forward);

    private static DecoderConfiguration Read(ConfigurationFields fields, DecoderConfiguration common)
    {
        var rotary = HuggingFaceConfiguration.ReadRotary(fields, common.ContextLength);
        var share = fields.Number("rotary_pct", fields.Number("partial_rotary_factor", 0.25));
        var hasBias = fields.Boolean("attention_bias", true);
        return common with
        {
            ContextLength = HuggingFaceConfiguration.Stretched(common.ContextLength, rotary),
            Rotary = rotary,
            RotaryWidth = HuggingFaceConfiguration.Share(fields, "rotary_pct", share, common.HeadWidth),
            IsParallel = fields.Boolean("use_parallel_residual", true),
            AttentionBias = hasBias,
            AttentionOutputBias = hasBias,
        };
    }

    private static void Write(DecoderConfiguration c, JsonObject json)
    {
        HuggingFaceConfiguration.WriteRotary(c, json);
        json["rotary_emb_base"] = c.Rotary.Theta;
        json["rotary_pct"] = (double)c.RotatedWidth / c.HeadWidth;
        json["use_parallel_residual"] = c.IsParallel;
        json["attention_bias"] = c.AttentionBias;
    }

    /// <summary>One layer.</summary>
    private sealed class Block
    {
        private readonly NormSpec _attentionNorm;
        private readonly NormSpec _feedForwardNorm;
        private readonly (Projection Queries, Projection Keys, Projection Values) _projections;
        private readonly AttentionSpec _attention;
        private readonly Projection _output;
        private readonly Projection _up;
        private readonly Projection _down;
        private readonly ActivationFunction _activation;
        private readonly bool _isParallel;

        public Block(DecoderConfiguration configuration, WeightList weights, RotaryFrequencies rotary, int layer)
        {
            var c = configuration;
            var (prefix, gguf) = ($"gpt_neox.layers.{layer}.", $"blk.{layer}.");
            var (width, inner, deviation) = (c.HiddenSize, c.IntermediateSize, c.InitialDeviation);
            (_activation, _isParallel) = (c.Activation, c.IsParallel);
            _attentionNorm = weights.LayerNorm(prefix + "input_layernorm", gguf + "attn_norm", width, c.NormEpsilon);
            _feedForwardNorm = weights.LayerNorm(prefix + "post_attention_layernorm", gguf + "ffn_norm", width, c.NormEpsilon);
            var fused = new FusedProjection(prefix + "attention.query_key_value", gguf + "attn_qkv", width, c.AttentionBias, deviation) { IsGrouped = true };
            _projections = weights.Fused(fused, c.Heads, c.KeyValueHeads, c.HeadWidth);
            _attention = c.AttentionOf(layer) with { Rotary = rotary };
            _output = weights.Projection(prefix + "attention.dense", gguf + "attn_output", width, width, c.AttentionOutputBias, c.ResidualDeviation);
            _up = weights.Projection(prefix + "mlp.dense_h_to_4h", gguf + "ffn_up", inner, width, hasBias: true, deviation);
            _down = weights.Projection(prefix + "mlp.dense_4h_to_h", gguf + "ffn_down", width, inner, hasBias: true, c.ResidualDeviation);
        }

        public Value Forward(IForward forward, Value x)
        {
            var (queries, keys, values) = forward.Project(
                forward.Norm(x, _attentionNorm), _projections.Queries, _projections.Keys, _projections.Values);
            var attended = forward.Attend(queries, keys, values, _attention);
            if (!_isParallel)
            {
                x = forward.AddProjected(x, attended, _output);
                return forward.AddProjected(x, FeedForward(forward, x), _down);
            }

            var hidden = FeedForward(forward, x);
            return forward.AddProjected(forward.AddProjected(x, attended, _output), hidden, _down);
        }

        private Value FeedForward(IForward forward, Value x) => forward.Linear(forward.Norm(x, _feedForwardNorm), _up, _activation);
    }
}
