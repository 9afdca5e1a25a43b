using System.Text.Json.Nodes;
using Gyre.Tensors.Kernels;

namespace Gyre.Models.Architectures;

/// <summary>
/// The Llama family: RMS norms before attention and feed-forward, rotary positions, grouped-query attention, a gated
/// feed-forward. Mistral adds a sliding window, Qwen 2 biases, Qwen 3 norms on queries and keys.
/// </summary>
/// <remarks>Source: Touvron et al. 2023 (Llama), Jiang et al. 2023 (Mistral), the Qwen 2 and Qwen 3 reports.</remarks>
internal sealed class LlamaDecoder : IArchitecture
{
    private readonly WeightList _weights = new();
    private readonly DecoderStack _stack;

    public LlamaDecoder(DecoderConfiguration configuration)
    {
        var c = configuration;
        var tokens = _weights.Embedding("model.embed_tokens", "token_embd", c.VocabularySize, c.HiddenSize, c.InitialDeviation);
        var rotary = new RotaryFrequencies(c.Rotary, c.HeadWidth);
        _stack = new DecoderStack(
            new EmbeddingSpec { Tokens = tokens },
            [.. Enumerable.Range(0, c.Layers).Select(layer => (Func<IForward, Value, Value>)new Block(c, _weights, rotary, layer).Forward)],
            _weights.RmsNorm("model.norm", "output_norm", c.HiddenSize, c.NormEpsilon),
            new LogitsSpec(_weights.Head(c, tokens, "lm_head")));
    }

    public static IReadOnlyList<DecoderFamily> Families { get; } =
    [
        Member("llama", "LlamaForCausalLM", "llama"),
        Member("mistral", "MistralForCausalLM", null) with
        {
            WritesAs = c => c.SlidingWindow == 0 || c.SlidingWindow >= c.ContextLength ? "llama" : null, // What such a window hides is never there.
        },
        Member("qwen2", "Qwen2ForCausalLM", "qwen2"),
        Member("qwen3", "Qwen3ForCausalLM", "qwen3"),
    ];

    public IReadOnlyList<WeightSpec> Weights => _weights.Specs;

    public string Prefix => "model.";

    public Value Forward(IForward forward) => _stack.Forward(forward);

    private static DecoderFamily Member(string name, string className, string? ggufName) => new()
    {
        Name = name,
        ClassName = className,
        Create = configuration => new LlamaDecoder(configuration),
        NormEpsilon = 1e-6,
        Read = Read,
        Write = Write,
        GgufName = ggufName,
        ReadGguf = ReadGguf,
        WriteGguf = (keys, c) =>
        {
            keys.Require(c.RotaryWidth == 0 || c.RotaryWidth == c.HeadWidth, "heads that are rotated in part");
            keys.Require(c.SlidingWindow == 0 || c.SlidingWindow >= c.ContextLength, $"layers with a window of {c.SlidingWindow} tokens");
        },
    };

    private static DecoderConfiguration Read(ConfigurationFields fields, DecoderConfiguration common)
    {
        var type = common.Architecture;
        if (common.Activation != ActivationFunction.Silu)
        {
            fields.Fault("hidden_act", $"'{ActivationNames.NameOf(common.Activation)}'", "silu");
        }

        var attentionBias = type == "qwen2" || (type != "mistral" && fields.Boolean("attention_bias", false));
        var (window, sliding) = ReadWindow(fields, type, common.Layers);
        var rotary = HuggingFaceConfiguration.ReadRotary(fields, common.ContextLength);
        return common with
        {
            ContextLength = HuggingFaceConfiguration.Stretched(common.ContextLength, rotary),
            Rotary = rotary,
            AttentionBias = attentionBias,
            AttentionOutputBias = attentionBias && type != "qwen2",
            FeedForwardBias = type == "llama" && fields.Boolean("mlp_bias", false),
            QueryKeyNorm = type == "qwen3",
            SlidingWindow = window,
            SlidingLayers = sliding,
        };
    }

    private static (int Window, IReadOnlyList<bool> Layers) ReadWindow(ConfigurationFields fields, string type, int layers)
    {
        var window = fields.OptionalInteger("sliding_window") ?? 0;
        if (window == 0 || type == "llama" || (type != "mistral" && !fields.Boolean("use_sliding_window", false)))
        {
            return (0, []);
        }

        if (HuggingFaceConfiguration.ReadLayerKinds(fields) is { Count: > 0 } kinds)
        {
            return (window, kinds);
        }

        var first = type == "mistral" ? 0 : fields.Integer("max_window_layers", 0);
        return (window, HuggingFaceConfiguration.EveryLayer(layers, layer => layer >= first));
    }

    private static void Write(DecoderConfiguration c, JsonObject json)
    {
        HuggingFaceConfiguration.WriteRotary(c, json);
        if (c.Architecture == "llama")
        {
            json["attention_bias"] = c.AttentionBias;
            json["mlp_bias"] = c.FeedForwardBias;
        }

        if (c.SlidingWindow > 0)
        {
            json["sliding_window"] = c.SlidingWindow;
            json["use_sliding_window"] = true;
            HuggingFaceConfiguration.WriteLayerKinds(c, json);
        }
    }

    private static DecoderConfiguration ReadGguf(GgufFields fields, DecoderConfiguration common)
    {
        var rotated = fields.Integer("rope.dimension_count", common.HeadWidth);
        fields.Check(rotated == common.HeadWidth, $"{fields.Architecture}.rope.dimension_count is {rotated}; expected the head width {common.HeadWidth}.");
        return common with
        {
            Rotary = GgufConfiguration.ReadRotary(fields, common.ContextLength),
            AttentionBias = fields.Has("blk.0.attn_q.bias"),
            AttentionOutputBias = fields.Has("blk.0.attn_output.bias"),
            FeedForwardBias = fields.Has("blk.0.ffn_gate.bias"),
            QueryKeyNorm = common.Architecture == "qwen3",
            SlidingWindow = fields.Integer("attention.sliding_window", 0),
        };
    }

    /// <summary>One layer.</summary>
    private sealed class Block
    {
        private readonly NormSpec _attentionNorm;
        private readonly Projection _queries;
        private readonly Projection _keys;
        private readonly Projection _values;
        private readonly AttentionSpec _attention;
        private readonly Projection _output;
        private readonly NormSpec _feedForwardNorm;
        private readonly Projection _gate;
        private readonly Projection _up;
        private readonly Projection _down;

        public Block(DecoderConfiguration configuration, WeightList weights, RotaryFrequencies rotary, int layer)
        {
            var c = configuration;
            var (prefix, gguf) = ($"model.layers.{layer}.", $"blk.{layer}.");
            var deviation = c.InitialDeviation;
            var queryWidth = c.Heads * c.HeadWidth;
            var keyWidth = c.KeyValueHeads * c.HeadWidth;
            var paired = c.Architecture is "llama" or "mistral" ? c.HeadWidth : 0;
            _attentionNorm = weights.RmsNorm(prefix + "input_layernorm", gguf + "attn_norm", c.HiddenSize, c.NormEpsilon);
            _queries = weights.Projection(prefix + "self_attn.q_proj", gguf + "attn_q", queryWidth, c.HiddenSize, c.AttentionBias, deviation, pairedWidth: paired);
            _keys = weights.Projection(prefix + "self_attn.k_proj", gguf + "attn_k", keyWidth, c.HiddenSize, c.AttentionBias, deviation, pairedWidth: paired);
            _values = weights.Projection(prefix + "self_attn.v_proj", gguf + "attn_v", keyWidth, c.HiddenSize, c.AttentionBias, deviation);
            _attention = c.AttentionOf(layer) with
            {
                Rotary = rotary,
                QueryNorm = c.QueryKeyNorm ? weights.RmsNorm(prefix + "self_attn.q_norm", gguf + "attn_q_norm", c.HeadWidth, c.NormEpsilon) : null,
                KeyNorm = c.QueryKeyNorm ? weights.RmsNorm(prefix + "self_attn.k_norm", gguf + "attn_k_norm", c.HeadWidth, c.NormEpsilon) : null,
            };
            _output = weights.Projection(prefix + "self_attn.o_proj", gguf + "attn_output", c.HiddenSize, queryWidth, c.AttentionOutputBias, c.ResidualDeviation);
            _feedForwardNorm = weights.RmsNorm(prefix + "post_attention_layernorm", gguf + "ffn_norm", c.HiddenSize, c.NormEpsilon);
            _gate = weights.Projection(prefix + "mlp.gate_proj", gguf + "ffn_gate", c.IntermediateSize, c.HiddenSize, c.FeedForwardBias, deviation);
            _up = weights.Projection(prefix + "mlp.up_proj", gguf + "ffn_up", c.IntermediateSize, c.HiddenSize, c.FeedForwardBias, deviation);
            _down = weights.Projection(prefix + "mlp.down_proj", gguf + "ffn_down", c.HiddenSize, c.IntermediateSize, c.FeedForwardBias, c.ResidualDeviation);
        }

        public Value Forward(IForward forward, Value x)
        {
            var (queries, keys, values) = forward.Project(forward.Norm(x, _attentionNorm), _queries, _keys, _values);
            x = forward.AddProjected(x, forward.Attend(queries, keys, values, _attention), _output);
            var hidden = forward.Gated(forward.Norm(x, _feedForwardNorm), _gate, _up, ActivationFunction.Silu);
            return forward.AddProjected(x, hidden, _down);
        }
    }
}
