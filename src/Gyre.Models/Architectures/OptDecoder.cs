using System.Text.Json.Nodes;
using Gyre.Tensors.Kernels;

namespace Gyre.Models.Architectures;

/// <summary>OPT: learned positions that begin at row 2, layer norms before (or, in one size, after) attention and feed-forward.</summary>
/// <remarks>Source: Zhang et al. 2022 (OPT). Where the embedding is narrower than the stream, a projection leads in and another out.</remarks>
internal sealed class OptDecoder : IArchitecture
{
    /// <summary>Two rows of the table are older than the positions.</summary>
    private const int FirstPosition = 2;
    private readonly WeightList _weights = new();
    private readonly EmbeddingSpec _embedding;
    private readonly EmbeddingSpec _positions;
    private readonly Projection? _projectIn;
    private readonly Block[] _blocks;
    private readonly NormSpec? _norm;
    private readonly Projection? _projectOut;
    private readonly LogitsSpec _logits;

    public OptDecoder(DecoderConfiguration configuration)
    {
        var c = configuration;
        var (width, deviation) = (c.HiddenSize, c.InitialDeviation);
        var narrow = c.EmbeddingWidth > 0 ? c.EmbeddingWidth : width;
        var tokens = _weights.Embedding("model.decoder.embed_tokens", "token_embd", c.VocabularySize, narrow, deviation);
        var positions = _weights.Positions("model.decoder.embed_positions", "position_embd", c.ContextLength + FirstPosition, width, deviation);
        _projectIn = narrow == width ? null : _weights.Projection("model.decoder.project_in", "project_in", width, narrow, hasBias: false, deviation);
        _projectOut = narrow == width ? null : _weights.Projection("model.decoder.project_out", "project_out", narrow, width, hasBias: false, deviation);
        _positions = new EmbeddingSpec { Positions = positions, FirstPosition = FirstPosition };
        _embedding = _projectIn is null ? _positions with { Tokens = tokens } : new EmbeddingSpec { Tokens = tokens };
        _blocks = [.. Enumerable.Range(0, c.Layers).Select(layer => new Block(c, _weights, layer))];
        _norm = c.NormsAfter ? null : _weights.LayerNorm("model.decoder.final_layer_norm", "output_norm", width, c.NormEpsilon);
        _logits = new LogitsSpec(_weights.Head(c, tokens, "lm_head"));
    }

    public static DecoderFamily Family { get; } = new()
    {
        Name = "opt",
        ClassName = "OPTForCausalLM",
        Create = configuration => new OptDecoder(configuration),
        FieldNames = new Dictionary<string, string[]>
        {
            ["intermediate_size"] = ["ffn_dim"],
            ["num_key_value_heads"] = [],
            ["head_dim"] = [],
            ["rms_norm_eps"] = [],
            ["hidden_act"] = ["activation_function"],
        },
        UsesRotary = _ => false,
        Activation = ActivationFunction.Relu,
        TiesEmbeddings = true,
        Read = Read,
        Write = Write,
    };

    public IReadOnlyList<WeightSpec> Weights => _weights.Specs;

    public string Prefix => "model.";

    public Value Forward(IForward forward)
    {
        var x = forward.Embed(_embedding);
        if (_projectIn is { } projectIn)
        {
            x = forward.AddProjected(forward.Embed(_positions), x, projectIn);
        }

        for (var i = 0; i < _blocks.Length; i++)
        {
            x = forward.Layer(i, x, _blocks[i].Body);
        }

        x = forward.Gather(x);
        x = _norm is null ? x : forward.Norm(x, _norm);
        return forward.Logits(_projectOut is { } projectOut ? forward.Linear(x, projectOut, ActivationFunction.None) : x, _logits);
    }

    private static DecoderConfiguration Read(ConfigurationFields fields, DecoderConfiguration common)
    {
        var normsAfter = !fields.Boolean("do_layer_norm_before", true);
        if (!normsAfter && fields.Boolean("_remove_final_layer_norm", false))
        {
            fields.Fault("_remove_final_layer_norm", "true", "false where norms come first");
        }

        if (!fields.Boolean("layer_norm_elementwise_affine", true))
        {
            fields.Fault("layer_norm_elementwise_affine", "false", "true: norms with weights");
        }

        var width = fields.Integer("word_embed_proj_dim", common.HiddenSize);
        var hasBias = fields.Boolean("enable_bias", true);
        return common with
        {
            NormsAfter = normsAfter,
            EmbeddingWidth = width == common.HiddenSize ? 0 : width,
            AttentionBias = hasBias,
            AttentionOutputBias = hasBias,
            FeedForwardBias = hasBias,
        };
    }

    private static void Write(DecoderConfiguration c, JsonObject json)
    {
        json["do_layer_norm_before"] = !c.NormsAfter;
        json["word_embed_proj_dim"] = c.EmbeddingWidth > 0 ? c.EmbeddingWidth : c.HiddenSize;
        json["enable_bias"] = c.AttentionBias;
        json["_remove_final_layer_norm"] = false;
        json["layer_norm_elementwise_affine"] = true;
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
            var (prefix, gguf) = ($"model.decoder.layers.{layer}.", $"blk.{layer}.");
            var (width, inner, deviation) = (c.HiddenSize, c.IntermediateSize, c.InitialDeviation);
            _activation = c.Activation;
            _queries = weights.Projection(prefix + "self_attn.q_proj", gguf + "attn_q", width, width, c.AttentionBias, deviation);
            _keys = weights.Projection(prefix + "self_attn.k_proj", gguf + "attn_k", width, width, c.AttentionBias, deviation);
            _values = weights.Projection(prefix + "self_attn.v_proj", gguf + "attn_v", width, width, c.AttentionBias, deviation);
            _attention = c.AttentionOf(layer);
            _output = weights.Projection(prefix + "self_attn.out_proj", gguf + "attn_output", width, width, c.AttentionOutputBias, c.ResidualDeviation);
            _attentionNorm = weights.LayerNorm(prefix + "self_attn_layer_norm", gguf + "attn_norm", width, c.NormEpsilon);
            _up = weights.Projection(prefix + "fc1", gguf + "ffn_up", inner, width, c.FeedForwardBias, deviation);
            _down = weights.Projection(prefix + "fc2", gguf + "ffn_down", width, inner, c.FeedForwardBias, c.ResidualDeviation);
            _feedForwardNorm = weights.LayerNorm(prefix + "final_layer_norm", gguf + "ffn_norm", width, c.NormEpsilon);
            Body = c.NormsAfter ? NormsAfter : NormsBefore;
        }

        /// <summary>The forward pass as a delegate made once.</summary>
        public Func<IForward, Value, Value> Body { get; }

        private Value NormsBefore(IForward forward, Value x)
        {
            x = AddAttention(forward, x, forward.Norm(x, _attentionNorm));
            return AddFeedForward(forward, x, forward.Norm(x, _feedForwardNorm));
        }

        private Value NormsAfter(IForward forward, Value x)
        {
            x = forward.Norm(AddAttention(forward, x, x), _attentionNorm);
            return forward.Norm(AddFeedForward(forward, x, x), _feedForwardNorm);
        }

        private Value AddAttention(IForward forward, Value x, Value input)
        {
            var (queries, keys, values) = forward.Project(input, _queries, _keys, _values);
            return forward.AddProjected(x, forward.Attend(queries, keys, values, _attention), _output);
        }

        private Value AddFeedForward(IForward forward, Value x, Value input) =>
            forward.AddProjected(x, forward.Linear(input, _up, _activation), _down);
    }
}
