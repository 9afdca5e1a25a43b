using System.Text.Json.Nodes;
using Gyre.Tensors.Kernels;

namespace Gyre.Models.Architectures;

/// <summary>GPT-Neo: GPT-2 with separate projections, scores that are not scaled, and layers that see only a window.</summary>
/// <remarks>Source: Black et al. 2021 (GPT-Neo) and the fields of its config.json.</remarks>
internal sealed class GptNeoDecoder : IArchitecture
{
    private const int DefaultWindow = 256;
    private readonly WeightList _weights = new();
    private readonly DecoderStack _stack;

    public GptNeoDecoder(DecoderConfiguration configuration)
    {
        var c = configuration;
        var tokens = _weights.Embedding("transformer.wte", "token_embd", c.VocabularySize, c.HiddenSize, c.InitialDeviation);
        var positions = _weights.Positions("transformer.wpe", "position_embd", c.ContextLength, c.HiddenSize, c.InitialDeviation);
        _stack = new DecoderStack(
            new EmbeddingSpec { Tokens = tokens, Positions = positions },
            [.. Enumerable.Range(0, c.Layers).Select(layer => (Func<IForward, Value, Value>)new Block(c, _weights, layer).Forward)],
            _weights.LayerNorm("transformer.ln_f", "output_norm", c.HiddenSize, c.NormEpsilon),
            new LogitsSpec(_weights.Head(c, tokens, "lm_head")));
    }

    public static DecoderFamily Family { get; } = new()
    {
        Name = "gpt_neo",
        ClassName = "GPTNeoForCausalLM",
        Create = configuration => new GptNeoDecoder(configuration),
        FieldNames = new Dictionary<string, string[]>
        {
            ["num_hidden_layers"] = ["num_layers"],
            ["num_attention_heads"] = ["num_heads"],
            ["num_key_value_heads"] = [],
            ["head_dim"] = [],
            ["rms_norm_eps"] = ["layer_norm_epsilon"],
            ["hidden_act"] = ["activation_function"],
        },
        UsesRotary = _ => false,
        Activation = ActivationFunction.GeluTanh,
        WidensByFour = true,
        TiesEmbeddings = true,
        Read = Read,
        Write = Write,
    };

    public IReadOnlyList<WeightSpec> Weights => _weights.Specs;

    public string Prefix => "transformer.";

    public Value Forward(IForward forward) => _stack.Forward(forward);

    private static DecoderConfiguration Read(ConfigurationFields fields, DecoderConfiguration common)
    {
        var kinds = fields.Texts("attention_layers");
        if (kinds.Count == 0)
        {
            kinds = fields.Repeated("attention_types", common.Layers);
        }

        foreach (var kind in kinds.Where(kind => kind is not ("global" or "local")).Distinct())
        {
            fields.Fault("attention_types", $"'{kind}'", "global or local");
        }

        return common with
        {
            AttentionScale = 1,
            SlidingWindow = kinds.Contains("local") ? fields.Integer("window_size", DefaultWindow) : 0,
            SlidingLayers = kinds.Contains("local") ? [.. kinds.Select(kind => kind == "local")] : [],
        };
    }

    private static void Write(DecoderConfiguration c, JsonObject json)
    {
        string[] kinds = [.. Enumerable.Range(0, c.Layers).Select(layer => c.WindowOf(layer) > 0 ? "local" : "global")];
        json["window_size"] = c.SlidingWindow > 0 ? c.SlidingWindow : DefaultWindow;
        json["attention_layers"] = new JsonArray([.. kinds.Select(kind => (JsonNode)kind)]);
        json["attention_types"] = new JsonArray(new JsonArray(new JsonArray([.. kinds.Select(kind => (JsonNode)kind)]), 1));
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
        private readonly Projection _up;
        private readonly Projection _down;
        private readonly ActivationFunction _activation;

        public Block(DecoderConfiguration configuration, WeightList weights, int layer)
        {
            var c = configuration;
            var (prefix, gguf) = ($"transformer.h.{layer}.", $"blk.{layer}.");
            var (width, inner, deviation) = (c.HiddenSize, c.IntermediateSize, c.InitialDeviation);
            _activation = c.Activation;
            _attentionNorm = weights.LayerNorm(prefix + "ln_1", gguf + "attn_norm", width, c.NormEpsilon);
            _queries = weights.Projection(prefix + "attn.attention.q_proj", gguf + "attn_q", width, width, hasBias: false, deviation);
            _keys = weights.Projection(prefix + "attn.attention.k_proj", gguf + "attn_k", width, width, hasBias: false, deviation);
            _values = weights.Projection(prefix + "attn.attention.v_proj", gguf + "attn_v", width, width, hasBias: false, deviation);
            _attention = c.AttentionOf(layer);
            _output = weights.Projection(prefix + "attn.attention.out_proj", gguf + "attn_output", width, width, hasBias: true, c.ResidualDeviation);
            _feedForwardNorm = weights.LayerNorm(prefix + "ln_2", gguf + "ffn_norm", width, c.NormEpsilon);
            _up = weights.Projection(prefix + "mlp.c_fc", gguf + "ffn_up", inner, width, hasBias: true, deviation);
            _down = weights.Projection(prefix + "mlp.c_proj", gguf + "ffn_down", width, inner, hasBias: true, c.ResidualDeviation);
        }

        public Value Forward(IForward forward, Value x)
        {
            var (queries, keys, values) = forward.Project(forward.Norm(x, _attentionNorm), _queries, _keys, _values);
            x = forward.AddProjected(x, forward.Attend(queries, keys, values, _attention), _output);
            return forward.AddProjected(x, forward.Linear(forward.Norm(x, _feedForwardNorm), _up, _activation), _down);
        }
    }
}
