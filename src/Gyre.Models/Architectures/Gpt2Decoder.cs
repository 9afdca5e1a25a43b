using Gyre.Tensors.Kernels;

namespace Gyre.Models.Architectures;

/// <summary>GPT-2: learned positions, layer norms before attention and feed-forward, biases everywhere.</summary>
/// <remarks>Source: Radford et al. 2019 (GPT-2). Its files store linear layers with inputs first, and queries, keys and values as one.</remarks>
internal sealed class Gpt2Decoder : IArchitecture
{
    private readonly WeightList _weights = new();
    private readonly DecoderStack _stack;

    public Gpt2Decoder(DecoderConfiguration configuration)
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
        Name = "gpt2",
        ClassName = "GPT2LMHeadModel",
        GgufName = "gpt2",
        Create = configuration => new Gpt2Decoder(configuration),
        FieldNames = new Dictionary<string, string[]>
        {
            ["hidden_size"] = ["n_embd"],
            ["intermediate_size"] = ["n_inner"],
            ["num_hidden_layers"] = ["n_layer"],
            ["num_attention_heads"] = ["n_head"],
            ["num_key_value_heads"] = [],
            ["head_dim"] = [],
            ["max_position_embeddings"] = ["n_positions"],
            ["rms_norm_eps"] = ["layer_norm_epsilon"],
            ["hidden_act"] = ["activation_function"],
        },
        UsesRotary = _ => false,
        Activation = ActivationFunction.GeluTanh,
        WidensByFour = true,
        TiesEmbeddings = true,
        Read = (fields, common) => common with
        {
            AttentionScale = fields.Boolean("scale_attn_weights", true) ? null : 1,
            ScalesByInverseLayer = fields.Boolean("scale_attn_by_inverse_layer_idx", false),
        },
        WriteGguf = (keys, c) => keys.Require(c.AttentionScale is null, "attention scores that are not scaled"),
        Write = (c, json) =>
        {
            json["scale_attn_weights"] = c.AttentionScale is null;
            json["scale_attn_by_inverse_layer_idx"] = c.ScalesByInverseLayer;
        },
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

        public Block(DecoderConfiguration configuration, WeightList weights, int layer)
        {
            var c = configuration;
            var (prefix, gguf) = ($"transformer.h.{layer}.", $"blk.{layer}.");
            var (width, inner) = (c.HiddenSize, c.IntermediateSize);
            var deviation = c.InitialDeviation;
            _activation = c.Activation;
            _attentionNorm = weights.LayerNorm(prefix + "ln_1", gguf + "attn_norm", width, c.NormEpsilon);
            var fused = new FusedProjection(prefix + "attn.c_attn", gguf + "attn_qkv", width, HasBias: true, deviation) { IsTransposed = true };
            _projections = weights.Fused(fused, c.Heads, c.KeyValueHeads, c.HeadWidth);
            _attention = c.AttentionOf(layer);
            _output = weights.Projection(prefix + "attn.c_proj", gguf + "attn_output", width, width, true, c.ResidualDeviation, isTransposed: true);
            _feedForwardNorm = weights.LayerNorm(prefix + "ln_2", gguf + "ffn_norm", width, c.NormEpsilon);
            _up = weights.Projection(prefix + "mlp.c_fc", gguf + "ffn_up", inner, width, true, deviation, isTransposed: true);
            _down = weights.Projection(prefix + "mlp.c_proj", gguf + "ffn_down", width, inner, true, c.ResidualDeviation, isTransposed: true);
        }

        public Value Forward(IForward forward, Value x)
        {
            var (queries, keys, values) = forward.Project(
                forward.Norm(x, _attentionNorm), _projections.Queries, _projections.Keys, _projections.Values);
            x = forward.AddProjected(x, forward.Attend(queries, keys, values, _attention), _output);
            var hidden = forward.Linear(forward.Norm(x, _feedForwardNorm), _up, _activation);
            return forward.AddProjected(x, hidden, _down);
        }
    }
}
