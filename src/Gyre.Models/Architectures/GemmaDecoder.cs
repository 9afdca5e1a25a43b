using System.Text.Json.Nodes;
using Gyre.Tensors.Kernels;

namespace Gyre.Models.Architectures;

/// <summary>
/// The Gemma family: Llama's layers with a scaled embedding and norms stored as differences from 1. Gemma 2 adds norms
/// after attention and feed-forward, windows on every second layer and caps on scores and logits; Gemma 3 norms on queries
/// and keys, and frequencies of their own for the layers with a window.
/// </summary>
/// <remarks>Source: the Gemma (2024), Gemma 2 (2024) and Gemma 3 (2025) reports.</remarks>
internal sealed class GemmaDecoder : IArchitecture
{
    private const int Gemma3Pattern = 6;

    /// <summary>Layers of the models whose scores are scaled by the stream's width a head instead of the head's, as GGUF files tell them apart.</summary>
    private const int Gemma2Layers27B = 46;
    private const int Gemma3Layers27B = 62;
    private readonly WeightList _weights = new();
    private readonly DecoderStack _stack;

    public GemmaDecoder(DecoderConfiguration configuration)
    {
        var c = configuration;
        var tokens = _weights.Embedding("model.embed_tokens", "token_embd", c.VocabularySize, c.HiddenSize, c.InitialDeviation);
        var rotary = new RotaryFrequencies(c.Rotary, c.HeadWidth);
        var sliding = c.SlidingRotary is { } options ? new RotaryFrequencies(options, c.HeadWidth) : rotary;
        _stack = new DecoderStack(
            new EmbeddingSpec { Tokens = tokens, Scale = MathF.Sqrt(c.HiddenSize) },
            [.. Enumerable.Range(0, c.Layers).Select(layer => (Func<IForward, Value, Value>)new Block(c, _weights, c.WindowOf(layer) > 0 ? sliding : rotary, layer).Forward)],
            _weights.RmsNorm("model.norm", "output_norm", c.HiddenSize, c.NormEpsilon, added: 1),
            new LogitsSpec(_weights.Head(c, tokens, "lm_head")) { SoftCap = c.LogitSoftCap });
    }

    public static IReadOnlyList<DecoderFamily> Families { get; } =
    [
        Member("gemma", "GemmaForCausalLM", "gemma"),
        Member("gemma2", "Gemma2ForCausalLM", "gemma2"),
        Member("gemma3_text", "Gemma3ForCausalLM", "gemma3"),
    ];

    public IReadOnlyList<WeightSpec> Weights => _weights.Specs;

    public string Prefix => "model.";

    public Value Forward(IForward forward) => _stack.Forward(forward);

    private static DecoderFamily Member(string name, string className, string ggufName) => new()
    {
        Name = name,
        ClassName = className,
        GgufName = ggufName,
        Create = configuration => new GemmaDecoder(configuration),
        FieldNames = new Dictionary<string, string[]> { ["hidden_act"] = ["hidden_activation"] },
        Activation = ActivationFunction.GeluTanh,
        NormEpsilon = 1e-6,
        TiesEmbeddings = true,
        Read = Read,
        Write = Write,
        ReadGguf = ReadGguf,
        WriteGguf = WriteGguf,
    };

    private static DecoderConfiguration Read(ConfigurationFields fields, DecoderConfiguration common)
    {
        var rotary = HuggingFaceConfiguration.ReadRotary(fields, common.ContextLength);
        var hasBias = fields.Boolean("attention_bias", false);
        common = common with
        {
            ContextLength = HuggingFaceConfiguration.Stretched(common.ContextLength, rotary),
            Rotary = rotary,
            AttentionBias = hasBias,
            AttentionOutputBias = hasBias,
        };
        if (common.Architecture == "gemma")
        {
            return common;
        }

        var isThird = common.Architecture == "gemma3_text";
        var width = fields.Number("query_pre_attn_scalar", 256);
        var pattern = isThird ? fields.Integer("sliding_window_pattern", Gemma3Pattern) : 2;
        if (pattern < 1)
        {
            fields.Fault("sliding_window_pattern", $"{pattern}", "1 or more");
        }

        var kinds = HuggingFaceConfiguration.ReadLayerKinds(fields);
        return common with
        {
            AttentionScale = (float)(1 / Math.Sqrt(width)),
            AttentionSoftCap = (float)(fields.OptionalNumber("attn_logit_softcapping") ?? (isThird || fields.Contains("attn_logit_softcapping") ? 0 : 50)),
            LogitSoftCap = (float)(fields.OptionalNumber("final_logit_softcapping") ?? (isThird || fields.Contains("final_logit_softcapping") ? 0 : 30)),
            SlidingWindow = fields.OptionalInteger("sliding_window") ?? (fields.Contains("sliding_window") ? 0 : 4096),
            SlidingLayers = kinds.Count > 0 ? kinds : HuggingFaceConfiguration.EveryLayer(common.Layers, layer => (layer + 1) % Math.Max(pattern, 1) != 0),
            QueryKeyNorm = isThird,
            SlidingRotary = isThird ? new RotaryOptions { Theta = fields.Number("rope_local_base_freq", 10_000) } : null,
        };
    }

    private static void Write(DecoderConfiguration c, JsonObject json)
    {
        HuggingFaceConfiguration.WriteRotary(c, json);
        json["attention_bias"] = c.AttentionBias;
        if (c.Activation == ActivationFunction.GeluTanh)
        {
            json["hidden_activation"] = "gelu_pytorch_tanh";
        }

        if (c.Architecture == "gemma")
        {
            return;
        }

        json["query_pre_attn_scalar"] = Math.Round(1 / Math.Pow(c.ScaleOf(0), 2), 2);
        json["attn_logit_softcapping"] = c.AttentionSoftCap > 0 ? (double)(decimal)c.AttentionSoftCap : null;
        json["final_logit_softcapping"] = c.LogitSoftCap > 0 ? (double)(decimal)c.LogitSoftCap : null;
        json["sliding_window"] = c.SlidingWindow > 0 ? c.SlidingWindow : null;
        HuggingFaceConfiguration.WriteLayerKinds(c, json);
        if (c.Architecture == "gemma3_text")
        {
            json["rope_local_base_freq"] = (c.SlidingRotary ?? c.Rotary).Theta;
        }
    }

    private static void WriteGguf(GgufKeys keys, DecoderConfiguration c)
    {
        keys.Require(!c.AttentionBias, "biases");
        if (c.Architecture == "gemma")
        {
            return;
        }

        var isThird = c.Architecture == "gemma3_text";
        var isWide = c.Layers == (isThird ? Gemma3Layers27B : Gemma2Layers27B);
        var width = 1 / Math.Pow(c.ScaleOf(0), 2);
        keys.Require(Math.Abs(width - (isWide ? (double)c.HiddenSize / c.Heads : c.HeadWidth)) < 0.01, $"attention scores scaled for a width of {width:0.##} instead of {c.HeadWidth}");
        keys.Set("attention.sliding_window", c.SlidingWindow);
        var pattern = 1 + Enumerable.Range(0, c.Layers).TakeWhile(layer => c.WindowOf(layer) > 0).Count();
        if (isThird)
        {
            keys.Set("attention.sliding_window_pattern", pattern);
            keys.Set("rope.freq_base_swa", (float)(c.SlidingRotary ?? c.Rotary).Theta);
        }

        pattern = isThird ? pattern : 2;
        keys.Require(Enumerable.Range(0, c.Layers).All(layer => c.WindowOf(layer) > 0 == ((layer + 1) % pattern != 0)), "its choice of layers with a window");
        keys.Set("attn_logit_softcapping", c.AttentionSoftCap);
        keys.Set("final_logit_softcapping", c.LogitSoftCap);
    }

    private static DecoderConfiguration ReadGguf(GgufFields fields, DecoderConfiguration common)
    {
        common = common with { Rotary = GgufConfiguration.ReadRotary(fields, common.ContextLength) };
        if (common.Architecture == "gemma")
        {
            return common;
        }

        var isThird = common.Architecture == "gemma3_text";
        var isWide = common.Layers == (isThird ? Gemma3Layers27B : Gemma2Layers27B) && common.Heads > 0;
        var pattern = Math.Max(1, isThird ? fields.Integer("attention.sliding_window_pattern", Gemma3Pattern) : 2);
        return common with
        {
            AttentionScale = isWide ? (float)(1 / Math.Sqrt((double)common.HiddenSize / common.Heads)) : null,
            AttentionSoftCap = (float)fields.Number("attn_logit_softcapping", isThird ? 0 : 50),
            LogitSoftCap = (float)fields.Number("final_logit_softcapping", isThird ? 0 : 30),
            SlidingWindow = fields.Integer("attention.sliding_window", 4096),
            SlidingLayers = HuggingFaceConfiguration.EveryLayer(common.Layers, layer => (layer + 1) % pattern != 0),
            QueryKeyNorm = isThird,
            SlidingRotary = isThird ? new RotaryOptions { Theta = fields.Number("rope.freq_base_swa", 10_000) } : null,
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
        private readonly NormSpec? _attendedNorm;
        private readonly NormSpec _feedForwardNorm;
        private readonly Projection _gate;
        private readonly Projection _up;
        private readonly Projection _down;
        private readonly NormSpec? _downNorm;
        private readonly ActivationFunction _activation;

        public Block(DecoderConfiguration configuration, WeightList weights, RotaryFrequencies rotary, int layer)
        {
            var c = configuration;
            var (prefix, gguf) = ($"model.layers.{layer}.", $"blk.{layer}.");
            var (width, inner, deviation) = (c.HiddenSize, c.IntermediateSize, c.InitialDeviation);
            var (queryWidth, keyWidth) = (c.Heads * c.HeadWidth, c.KeyValueHeads * c.HeadWidth);
            var isFirst = c.Architecture == "gemma";
            _activation = c.Activation;
            _attentionNorm = Norm("input_layernorm", "attn_norm", width);
            _queries = weights.Projection(prefix + "self_attn.q_proj", gguf + "attn_q", queryWidth, width, c.AttentionBias, deviation);
            _keys = weights.Projection(prefix + "self_attn.k_proj", gguf + "attn_k", keyWidth, width, c.AttentionBias, deviation);
            _values = weights.Projection(prefix + "self_attn.v_proj", gguf + "attn_v", keyWidth, width, c.AttentionBias, deviation);
            _attention = c.AttentionOf(layer) with
            {
                Rotary = rotary,
                QueryNorm = c.QueryKeyNorm ? Norm("self_attn.q_norm", "attn_q_norm", c.HeadWidth) : null,
                KeyNorm = c.QueryKeyNorm ? Norm("self_attn.k_norm", "attn_k_norm", c.HeadWidth) : null,
            };
            _output = weights.Projection(prefix + "self_attn.o_proj", gguf + "attn_output", width, queryWidth, c.AttentionOutputBias, c.ResidualDeviation);
            _attendedNorm = isFirst ? null : Norm("post_attention_layernorm", "post_attention_norm", width);
            _feedForwardNorm = isFirst ? Norm("post_attention_layernorm", "ffn_norm", width) : Norm("pre_feedforward_layernorm", "ffn_norm", width);
            _gate = weights.Projection(prefix + "mlp.gate_proj", gguf + "ffn_gate", inner, width, hasBias: false, deviation);
            _up = weights.Projection(prefix + "mlp.up_proj", gguf + "ffn_up", inner, width, hasBias: false, deviation);
            _down = weights.Projection(prefix + "mlp.down_proj", gguf + "ffn_down", width, inner, hasBias: false, c.ResidualDeviation);
            _downNorm = isFirst ? null : Norm("post_feedforward_layernorm", "post_ffw_norm", width);

            NormSpec Norm(string module, string ggufModule, int size) => weights.RmsNorm(prefix + module, gguf + ggufModule, size, c.NormEpsilon, added: 1);
        }

        public Value Forward(IForward forward, Value x)
        {
            var (queries, keys, values) = forward.Project(forward.Norm(x, _attentionNorm), _queries, _keys, _values);
            x = Add(forward, x, forward.Attend(queries, keys, values, _attention), _output, _attendedNorm);
            var hidden = forward.Gated(forward.Norm(x, _feedForwardNorm), _gate, _up, _activation);
            return Add(forward, x, hidden, _down, _downNorm);
        }

        private static Value Add(IForward forward, Value x, Value input, Projection projection, NormSpec? norm) => norm is null
            ? forward.AddProjected(x, input, projection)
            : forward.Add(x, forward.Norm(forward.Linear(input, projection, ActivationFunction.None), norm));
    }
}
