using System.Text.Json.Nodes;
using Gyre.Tensors.Kernels;

namespace Gyre.Models.Architectures;

/// <summary>Phi-3, 3.5 and 4: Llama's layers with projections stored together, and frequencies of their own for long texts.</summary>
/// <remarks>Source: Abdin et al. 2024 (Phi-3); Ding et al. 2024 (LongRoPE).</remarks>
internal sealed class Phi3Decoder : IArchitecture
{
    /// <summary>The window of the 4k models, whose first GGUF files do not say it.</summary>
    private const int WindowOfOldFiles = 2047;
    private static readonly string[] FeedForwardParts = ["gate", "up"];
    private readonly WeightList _weights = new();
    private readonly DecoderStack _stack;

    public Phi3Decoder(DecoderConfiguration configuration)
    {
        var c = configuration;
        var tokens = _weights.Embedding("model.embed_tokens", "token_embd", c.VocabularySize, c.HiddenSize, c.InitialDeviation);
        var rotary = new RotaryFrequencies(c.Rotary, c.RotatedWidth);
        _stack = new DecoderStack(
            new EmbeddingSpec { Tokens = tokens },
            [.. Enumerable.Range(0, c.Layers).Select(layer => (Func<IForward, Value, Value>)new Block(c, _weights, rotary, layer).Forward)],
            _weights.RmsNorm("model.norm", "output_norm", c.HiddenSize, c.NormEpsilon),
            new LogitsSpec(_weights.Head(c, tokens, "lm_head")));
    }

    public static DecoderFamily Family { get; } = new()
    {
        Name = "phi3",
        ClassName = "Phi3ForCausalLM",
        GgufName = "phi3",
        Create = configuration => new Phi3Decoder(configuration),
        FieldNames = new Dictionary<string, string[]> { ["head_dim"] = [] },
        Read = Read,
        Write = Write,
        WriteGguf = (keys, c) => keys.Set("attention.sliding_window", c.SlidingWindow),
        ReadGguf = (fields, common) => common with
        {
            Rotary = GgufConfiguration.ReadRotary(fields, common.ContextLength),
            RotaryWidth = fields.Integer("rope.dimension_count", 0),
            SlidingWindow = fields.Integer("attention.sliding_window", common is { ContextLength: 4096, Layers: 32 or 40 } ? WindowOfOldFiles : 0),
        },
    };

    public IReadOnlyList<WeightSpec> Weights => _weights.Specs;

    public string Prefix => "model.";

    public Value Forward(IForward forward) => _stack.Forward(forward);

    private static DecoderConfiguration Read(ConfigurationFields fields, DecoderConfiguration common)
    {
        var rotary = HuggingFaceConfiguration.ReadRotary(fields, common.ContextLength);
        if (rotary.Scaling == RotaryScaling.LongRope && rotary.OriginalContextLength > 0)
        {
            // The family's files say it by the two lengths.
            rotary = rotary with { Factor = Math.Max(1, (double)common.ContextLength / rotary.OriginalContextLength) };
        }

        return common with
        {
            ContextLength = HuggingFaceConfiguration.Stretched(common.ContextLength, rotary),
            Rotary = rotary,
            RotaryWidth = HuggingFaceConfiguration.Share(fields, "partial_rotary_factor", fields.Number("partial_rotary_factor", 1), common.HeadWidth),
            SlidingWindow = fields.OptionalInteger("sliding_window") ?? 0,
        };
    }

    private static void Write(DecoderConfiguration c, JsonObject json)
    {
        HuggingFaceConfiguration.WriteRotary(c, json);
        json["original_max_position_embeddings"] = c.Rotary.OriginalContextLength;
        json["partial_rotary_factor"] = (double)c.RotatedWidth / c.HeadWidth;
        json["sliding_window"] = c.SlidingWindow > 0 ? c.SlidingWindow : null;
    }

    /// <summary>One layer.</summary>
    private sealed class Block
    {
        private readonly NormSpec _attentionNorm;
        private readonly (Projection Queries, Projection Keys, Projection Values) _projections;
        private readonly AttentionSpec _attention;
        private readonly Projection _output;
        private readonly NormSpec _feedForwardNorm;
        private readonly Projection _gate;
        private readonly Projection _up;
        private readonly Projection _down;
        private readonly ActivationFunction _activation;

        public Block(DecoderConfiguration configuration, WeightList weights, RotaryFrequencies rotary, int layer)
        {
            var c = configuration;
            var (prefix, gguf) = ($"model.layers.{layer}.", $"blk.{layer}.");
            var (width, inner, deviation) = (c.HiddenSize, c.IntermediateSize, c.InitialDeviation);
            _activation = c.Activation;
            _attentionNorm = weights.RmsNorm(prefix + "input_layernorm", gguf + "attn_norm", width, c.NormEpsilon);
            var attention = new FusedProjection(prefix + "self_attn.qkv_proj", gguf + "attn_qkv", width, HasBias: false, deviation);
            _projections = weights.Fused(attention, c.Heads, c.KeyValueHeads, c.HeadWidth);
            _attention = c.AttentionOf(layer) with { Rotary = rotary };
            _output = weights.Projection(prefix + "self_attn.o_proj", gguf + "attn_output", width, c.Heads * c.HeadWidth, hasBias: false, c.ResidualDeviation);
            _feedForwardNorm = weights.RmsNorm(prefix + "post_attention_layernorm", gguf + "ffn_norm", width, c.NormEpsilon);
            var feedForward = new FusedProjection(prefix + "mlp.gate_up_proj", gguf + "ffn_up", width, HasBias: false, deviation);
            var parts = weights.Fused(feedForward, FeedForwardParts, inner, inner);
            (_gate, _up) = (parts[0], parts[1]);
            _down = weights.Projection(prefix + "mlp.down_proj", gguf + "ffn_down", width, inner, hasBias: false, c.ResidualDeviation);
        }

        public Value Forward(IForward forward, Value x)
        {
            var (queries, keys, values) = forward.Project(
                forward.Norm(x, _attentionNorm), _projections.Queries, _projections.Keys, _projections.Values);
            x = forward.AddProjected(x, forward.Attend(queries, keys, values, _attention), _output);
            return forward.AddProjected(x, forward.Gated(forward.Norm(x, _feedForwardNorm), _gate, _up, _activation), _down);
        }
    }
}
