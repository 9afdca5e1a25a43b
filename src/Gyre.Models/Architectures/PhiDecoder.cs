using System.Text.Json.Nodes;
using Gyre.Tensors.Kernels;

namespace Gyre.Models.Architectures;

/// <summary>Phi-1, 1.5 and 2: one layer norm for attention and feed-forward beside each other, partial rotary positions, a bias on the logits.</summary>
/// <remarks>Source: Li et al. 2023 (Phi-1.5) and the fields of its config.json.</remarks>
internal sealed class PhiDecoder : IArchitecture
{
    private readonly WeightList _weights = new();
    private readonly DecoderStack _stack;

    public PhiDecoder(DecoderConfiguration configuration)
    {
        var c = configuration;
        var tokens = _weights.Embedding("model.embed_tokens", "token_embd", c.VocabularySize, c.HiddenSize, c.InitialDeviation);
        var rotary = new RotaryFrequencies(c.Rotary, c.RotatedWidth);
        _stack = new DecoderStack(
            new EmbeddingSpec { Tokens = tokens },
            [.. Enumerable.Range(0, c.Layers).Select(layer => (Func<IForward, Value, Value>)new Block(c, _weights, rotary, layer).Forward)],
            _weights.LayerNorm("model.final_layernorm", "output_norm", c.HiddenSize, c.NormEpsilon),
            new LogitsSpec(_weights.Projection("lm_head", "output", c.VocabularySize, c.HiddenSize, hasBias: true, c.InitialDeviation)));
    }

    public static DecoderFamily Family { get; } = new()
    {
        Name = "phi",
        ClassName = "PhiForCausalLM",
        GgufName = "phi2",
        Create = configuration => new PhiDecoder(configuration),
        FieldNames = new Dictionary<string, string[]>
        {
            ["head_dim"] = [],
            ["rms_norm_eps"] = ["layer_norm_eps"],
        },
        Activation = ActivationFunction.GeluTanh,
        Read = Read,
        Write = Write,
        WriteGguf = (keys, c) => keys.Require(!c.QueryKeyNorm, "norms on queries and keys"),
        ReadGguf = (fields, common) => common with
        {
            Rotary = GgufConfiguration.ReadRotary(fields, common.ContextLength),
            RotaryWidth = fields.Integer("rope.dimension_count", 0),
        },
    };

    public IReadOnlyList<WeightSpec> Weights => _weights.Specs;

    public string Prefix => "model.";

    public Value Forward(IForward forward) => _stack.Forward(forward);

    private static DecoderConfiguration Read(ConfigurationFields fields, DecoderConfiguration common)
    {
        var rotary = HuggingFaceConfiguration.ReadRotary(fields, common.ContextLength);
        if (common.TieEmbeddings)
        {
            fields.Fault("tie_word_embeddings", "true", "false: the output layer of this family has weights and a bias of its own");
        }

        return common with
        {
            ContextLength = HuggingFaceConfiguration.Stretched(common.ContextLength, rotary),
            Rotary = rotary,
            RotaryWidth = HuggingFaceConfiguration.Share(fields, "partial_rotary_factor", fields.Number("partial_rotary_factor", 0.5), common.HeadWidth),
            QueryKeyNorm = fields.Boolean("qk_layernorm", false),
        };
    }

    private static void Write(DecoderConfiguration c, JsonObject json)
    {
        HuggingFaceConfiguration.WriteRotary(c, json);
        json["partial_rotary_factor"] = (double)c.RotatedWidth / c.HeadWidth;
        json["qk_layernorm"] = c.QueryKeyNorm;
    }

    /// <summary>One layer.</summary>
    private sealed class Block
    {
        private readonly NormSpec _norm;
        private readonly Projection _queries;
        private readonly Projection _keys;
        private readonly Projection _values;
        private readonly AttentionSpec _attention;
        private readonly Projection _output;
        private readonly Projection _up;
        private readonly Projection _down;
        private readonly ActivationFunction _activation;

        public Block(DecoderConfiguration configuration, WeightList weights, RotaryFrequencies rotary, int layer)
        {
            var c = configuration;
            var (prefix, gguf) = ($"model.layers.{layer}.", $"blk.{layer}.");
            var (width, inner, deviation) = (c.HiddenSize, c.IntermediateSize, c.InitialDeviation);
            var keyWidth = c.KeyValueHeads * c.HeadWidth;
            _activation = c.Activation;
            _norm = weights.LayerNorm(prefix + "input_layernorm", gguf + "attn_norm", width, c.NormEpsilon);
            _queries = weights.Projection(prefix + "self_attn.q_proj", gguf + "attn_q", width, width, hasBias: true, deviation);
            _keys = weights.Projection(prefix + "self_attn.k_proj", gguf + "attn_k", keyWidth, width, hasBias: true, deviation);
            _values = weights.Projection(prefix + "self_attn.v_proj", gguf + "attn_v", keyWidth, width, hasBias: true, deviation);
            _attention = c.AttentionOf(layer) with
            {
                Rotary = rotary,
                QueryNorm = c.QueryKeyNorm ? weights.LayerNorm(prefix + "self_attn.q_layernorm", gguf + "attn_q_norm", c.HeadWidth, c.NormEpsilon) : null,
                KeyNorm = c.QueryKeyNorm ? weights.LayerNorm(prefix + "self_attn.k_layernorm", gguf + "attn_k_norm", c.HeadWidth, c.NormEpsilon) : null,
            };
            _output = weights.Projection(prefix + "self_attn.dense", gguf + "attn_output", width, width, hasBias: true, c.ResidualDeviation);
            _up = weights.Projection(prefix + "mlp.fc1", gguf + "ffn_up", inner, width, hasBias: true, deviation);
            _down = weights.Projection(prefix + "mlp.fc2", gguf + "ffn_down", width, inner, hasBias: true, c.ResidualDeviation);
        }

        public Value Forward(IForward forward, Value x)
        {
            var normed = forward.Norm(x, _norm);
            var (queries, keys, values) = forward.Project(normed, _queries, _keys, _values);
            var attended = forward.Attend(queries, keys, values, _attention);
            var hidden = forward.Linear(normed, _up, _activation);
            return forward.AddProjected(forward.AddProjected(x, attended, _output), hidden, _down);
        }
    }
}
