using System.Text.Json.Nodes;
using Gyre.Tensors.Kernels;

namespace Gyre.Models.Architectures;

/// <summary>T5 and FLAN-T5: relative positions as biases of the scores, RMS norms before attention and feed-forward, no biases.</summary>
/// <remarks>Source: Raffel et al. 2020 (T5), Shazeer 2020 (gated feed-forward), Chung et al. 2022 (FLAN-T5).</remarks>
internal sealed class T5Network : IEncoderDecoderArchitecture
{
    /// <summary>Relative positions know no end; sources and answers beyond this are refused all the same.</summary>
    private const int LongestSequence = 4096;

    /// <summary>GGUF has no key for it.</summary>
    private const int GgufMaxDistance = 128;

    private readonly WeightList _weights = new();
    private readonly EmbeddingSpec _embedding;
    private readonly EncoderBlock[] _encoder;
    private readonly DecoderBlock[] _decoder;
    private readonly Func<IForward, Value, Value> _encoderEnd;
    private readonly NormSpec _decoderNorm;
    private readonly LogitsSpec _logits;

    public T5Network(EncoderDecoderConfiguration configuration)
    {
        var c = configuration;
        var tokens = _weights.Embedding("shared", "token_embd", c.VocabularySize, c.HiddenSize, 1);
        _embedding = new EmbeddingSpec { Tokens = tokens };
        var encoder = new Modules(c, _weights);
        _encoder = [.. Enumerable.Range(0, c.EncoderLayers).Select(layer => new EncoderBlock(encoder, layer))];
        var encoderNorm = _weights.RmsNorm("encoder.final_layer_norm", "enc.output_norm", c.HiddenSize, c.NormEpsilon);
        _encoderEnd = (forward, x) => forward.Norm(x, encoderNorm);
        var decoder = new Modules(c, _weights);
        _decoder = [.. Enumerable.Range(0, c.DecoderLayers).Select(layer => new DecoderBlock(decoder, layer))];
        _decoderNorm = _weights.RmsNorm("decoder.final_layer_norm", "dec.output_norm", c.HiddenSize, c.NormEpsilon);
        _logits = c.TieEmbeddings
            ? new LogitsSpec(new Projection(tokens, null)) { Scale = c.ScalesTiedLogits ? (float)(1 / Math.Sqrt(c.HiddenSize)) : 1 }
            : new LogitsSpec(_weights.Projection("lm_head", "output", c.VocabularySize, c.HiddenSize, hasBias: false, 1));
    }

    public static EncoderDecoderFamily Family { get; } = new()
    {
        Name = "t5",
        ClassName = "T5ForConditionalGeneration",
        Create = configuration => new T5Network(configuration),
        Read = Read,
        Write = Write,
        GgufName = "t5",
        ReadGguf = ReadGguf,
        WriteGguf = WriteGguf,
    };

    public IReadOnlyList<WeightSpec> Weights => _weights.Specs;

    public string Prefix => "";

    public IReadOnlyList<string> Unused { get; } =
    [
        "encoder.embed_tokens.weight",
        "decoder.embed_tokens.weight",
        "decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight", // The first T5 files have it; it plays no part.
        "dec.blk.0.cross_attn_rel_b.weight", // The same.
    ];

    public void Encode(IForward forward)
    {
        var x = forward.Embed(_embedding);
        for (var i = 0; i < _encoder.Length; i++)
        {
            x = forward.Layer(i, x, _encoder[i].Body);
        }

        x = forward.Layer(_encoder.Length, x, _encoderEnd);
        foreach (var block in _decoder)
        {
            block.Keep(forward, x);
        }
    }

    public Value Forward(IForward forward)
    {
        var x = forward.Embed(_embedding);
        for (var i = 0; i < _decoder.Length; i++)
        {
            x = forward.Layer(i, x, _decoder[i].Body);
        }

        return forward.Logits(forward.Norm(forward.Gather(x), _decoderNorm), _logits);
    }

    private static EncoderDecoderConfiguration Read(ConfigurationFields fields)
    {
        var hidden = fields.Integer("d_model");
        var layers = fields.Integer("num_layers");
        var heads = fields.Integer("num_heads");
        var headWidth = fields.Integer("d_kv");
        var inner = fields.Integer("d_ff");
        var vocabulary = fields.Integer("vocab_size");
        var (activation, isGated) = ReadFeedForward(fields);
        return new EncoderDecoderConfiguration
        {
            Architecture = "t5",
            VocabularySize = vocabulary,
            SourceVocabularySize = vocabulary,
            HiddenSize = hidden,
            EncoderLayers = layers,
            DecoderLayers = fields.Integer("num_decoder_layers", layers),
            EncoderHeads = heads,
            DecoderHeads = heads,
            EncoderHeadWidth = headWidth,
            DecoderHeadWidth = headWidth,
            EncoderIntermediateSize = inner,
            DecoderIntermediateSize = inner,
            ContextLength = Math.Max(fields.Integer("n_positions", LongestSequence), LongestSequence),
            Activation = activation,
            IsGated = isGated,
            NormEpsilon = (float)fields.Number("layer_norm_epsilon", 1e-6),
            TieEmbeddings = fields.Boolean("tie_word_embeddings", true),
            RelativeBuckets = fields.Integer("relative_attention_num_buckets", 32),
            RelativeMaxDistance = fields.Integer("relative_attention_max_distance", 128),
            StartTokenId = fields.Integer("decoder_start_token_id", fields.Integer("pad_token_id", 0)),
            PadTokenId = fields.OptionalInteger("pad_token_id"),
            EndTokenIds = fields.Integers("eos_token_id"),
        };
    }

    private static EncoderDecoderConfiguration ReadGguf(GgufFields fields)
    {
        var hidden = fields.Integer("embedding_length", null);
        var layers = fields.Integer("block_count", null);
        var heads = fields.Integer("attention.head_count", null);
        var headWidth = fields.Integer("attention.key_length", heads > 0 ? hidden / heads : 0);
        var inner = fields.Integer("feed_forward_length", null);
        var vocabulary = fields.RowsOf("token_embd.weight") ?? fields.Integer("vocab_size", null);
        var isGated = fields.Has("enc.blk.0.ffn_gate.weight");
        var isTied = !fields.Has("output.weight");
        return new EncoderDecoderConfiguration
        {
            Architecture = "t5",
            VocabularySize = vocabulary,
            SourceVocabularySize = vocabulary,
            HiddenSize = hidden,
            EncoderLayers = layers,
            DecoderLayers = fields.Integer("decoder_block_count", layers),
            EncoderHeads = heads,
            DecoderHeads = heads,
            EncoderHeadWidth = headWidth,
            DecoderHeadWidth = headWidth,
            EncoderIntermediateSize = inner,
            DecoderIntermediateSize = inner,
            ContextLength = Math.Max(fields.Integer("context_length", LongestSequence), LongestSequence),
            Activation = isGated ? ActivationFunction.GeluTanh : ActivationFunction.Relu,
            IsGated = isGated,
            NormEpsilon = (float)fields.Number("attention.layer_norm_rms_epsilon", 1e-6),
            TieEmbeddings = isTied,
            ScalesTiedLogits = !isTied || GgufEncoderDecoder.ScalesTiedLogits(fields),
            RelativeBuckets = fields.Integer("attention.relative_buckets_count", 32),
            RelativeMaxDistance = GgufMaxDistance,
            StartTokenId = fields.Integer("decoder_start_token_id", 0),
            PadTokenId = fields.Shared("tokenizer.ggml.padding_token_id"),
            EndTokenIds = fields.Shared("tokenizer.ggml.eos_token_id") is { } end ? [end] : [],
        };
    }

    private static void WriteGguf(GgufKeys keys, EncoderDecoderConfiguration c)
    {
        keys.Set("attention.layer_norm_epsilon", c.NormEpsilon);
        keys.Set("attention.layer_norm_rms_epsilon", c.NormEpsilon);
        keys.Set("attention.relative_buckets_count", c.RelativeBuckets);
        keys.Require(c.RelativeMaxDistance == GgufMaxDistance, $"relative positions that tell distances apart up to {c.RelativeMaxDistance} instead of {GgufMaxDistance}");
        var usual = c.IsGated ? ActivationFunction.GeluTanh : ActivationFunction.Relu;
        keys.Require(c.Activation == usual, $"the activation {ActivationNames.NameOf(c.Activation)} instead of {ActivationNames.NameOf(usual)}");
    }

    private static (ActivationFunction Activation, bool IsGated) ReadFeedForward(ConfigurationFields fields)
    {
        var kind = fields.Text("feed_forward_proj", "relu");
        ActivationFunction? found = kind switch
        {
            "relu" or "gated-relu" => ActivationFunction.Relu,
            "gated-gelu" or "gelu_new" or "gated-gelu_new" => ActivationFunction.GeluTanh,
            "gelu" => ActivationFunction.Gelu,
            "silu" or "swish" or "gated-silu" or "gated-swish" => ActivationFunction.Silu,
            _ => null,
        };
        if (found is null)
        {
            fields.Fault("feed_forward_proj", $"'{kind}'", "relu, gelu, gelu_new or silu, with or without 'gated-' before it");
        }

        return (found ?? ActivationFunction.Relu, kind.StartsWith("gated-", StringComparison.Ordinal));
    }

    private static void Write(EncoderDecoderConfiguration c, JsonObject json)
    {
        json["d_kv"] = c.DecoderHeadWidth;
        json["d_ff"] = c.DecoderIntermediateSize;
        json["num_layers"] = c.EncoderLayers;
        json["num_decoder_layers"] = c.DecoderLayers;
        json["num_heads"] = c.DecoderHeads;
        json["feed_forward_proj"] = (c.IsGated ? "gated-" : "") + (c.IsGated && c.Activation == ActivationFunction.GeluTanh ? "gelu" : ActivationNames.NameOf(c.Activation));
        json["layer_norm_epsilon"] = (double)(decimal)c.NormEpsilon;
        json["relative_attention_num_buckets"] = c.RelativeBuckets;
        json["relative_attention_max_distance"] = c.RelativeMaxDistance;
    }

    /// <summary>The parts of a stack's layers, as T5's files name them.</summary>
    private sealed class Modules(EncoderDecoderConfiguration c, WeightList weights)
    {
        private readonly int _attentionWidth = c.DecoderHeads * c.DecoderHeadWidth;
        private RelativePositions? _relative;

        public NormSpec Norm(string module, string gguf) => weights.RmsNorm(module + ".layer_norm", gguf, c.HiddenSize, c.NormEpsilon);

        /// <summary>One of a layer's attentions; the first of a stack has the table of positions that all of it share.</summary>
        public Attention Attention(string module, string gguf, int layer, bool isCausal, bool readsSource = false)
        {
            var inputs = (float)(1 / Math.Sqrt(c.HiddenSize));
            var queries = Dense("q", _attentionWidth, c.HiddenSize, inputs / MathF.Sqrt(c.DecoderHeadWidth));
            var keys = Dense("k", _attentionWidth, c.HiddenSize, inputs);
            var values = Dense("v", _attentionWidth, c.HiddenSize, inputs);
            var output = Dense("o", c.HiddenSize, _attentionWidth, 1 / MathF.Sqrt(_attentionWidth));
            if (!readsSource)
            {
                _relative ??= new RelativePositions(
                    weights.Positions(module + ".relative_attention_bias", gguf + "_rel_b", c.RelativeBuckets, c.DecoderHeads, inputs),
                    c.RelativeMaxDistance,
                    IsBidirectional: !isCausal);
            }

            var spec = new AttentionSpec
            {
                // Within a source nothing is kept from call to call, so all layers use the place of one.
                Layer = isCausal || readsSource ? layer : 0,
                Heads = c.DecoderHeads,
                KeyValueHeads = c.DecoderHeads,
                HeadWidth = c.DecoderHeadWidth,
                Scale = 1,
                IsCausal = isCausal,
                Relative = readsSource ? null : _relative,
            };
            return new Attention(queries, keys, values, output, spec);

            Projection Dense(string part, int outputs, int width, float deviation) =>
                weights.Projection($"{module}.{part}", $"{gguf}_{part}", outputs, width, hasBias: false, deviation);
        }

        public FeedForward FeedForward(string module, string gguf)
        {
            var (width, inner) = (c.HiddenSize, c.DecoderIntermediateSize);
            var deviation = 1 / MathF.Sqrt(width);
            Projection? gate = c.IsGated ? weights.Projection(module + ".wi_0", gguf + "ffn_gate", inner, width, hasBias: false, deviation) : null;
            var up = weights.Projection(module + (c.IsGated ? ".wi_1" : ".wi"), gguf + "ffn_up", inner, width, hasBias: false, deviation);
            return new FeedForward(gate, up, weights.Projection(module + ".wo", gguf + "ffn_down", width, inner, hasBias: false, 1 / MathF.Sqrt(inner)), c.Activation);
        }
    }

    private sealed record Attention(Projection Queries, Projection Keys, Projection Values, Projection Output, AttentionSpec Spec)
    {
        public Value WithinItself(IForward forward, Value x, NormSpec norm)
        {
            var (queries, keys, values) = forward.Project(forward.Norm(x, norm), Queries, Keys, Values);
            return forward.AddProjected(x, forward.Attend(queries, keys, values, Spec), Output);
        }

        public Value OverSource(IForward forward, Value x, NormSpec norm)
        {
            var queries = forward.Linear(forward.Norm(x, norm), Queries, ActivationFunction.None);
            return forward.AddProjected(x, forward.AttendSource(queries, Spec), Output);
        }
    }

    private sealed record FeedForward(Projection? Gate, Projection Up, Projection Down, ActivationFunction Activation)
    {
        public Value Run(IForward forward, Value x, NormSpec norm)
        {
            var normed = forward.Norm(x, norm);
            var hidden = Gate is { } gate ? forward.Gated(normed, gate, Up, Activation) : forward.Linear(normed, Up, Activation);
            return forward.AddProjected(x, hidden, Down);
        }
    }

    private sealed class EncoderBlock
    {
        private readonly NormSpec _attentionNorm;
        private readonly Attention _attention;
        private readonly NormSpec _feedForwardNorm;
        private readonly FeedForward _feedForward;

        public EncoderBlock(Modules modules, int layer)
        {
            var (prefix, gguf) = ($"encoder.block.{layer}.layer.", $"enc.blk.{layer}.");
            _attentionNorm = modules.Norm(prefix + "0", gguf + "attn_norm");
            _attention = modules.Attention(prefix + "0.SelfAttention", gguf + "attn", layer, isCausal: false);
            _feedForwardNorm = modules.Norm(prefix + "1", gguf + "ffn_norm");
            _feedForward = modules.FeedForward(prefix + "1.DenseReluDense", gguf);
            Body = (forward, x) => _feedForward.Run(forward, _attention.WithinItself(forward, x, _attentionNorm), _feedForwardNorm);
        }

        /// <summary>The forward pass as a delegate made once.</summary>
        public Func<IForward, Value, Value> Body { get; }
    }

    private sealed class DecoderBlock
    {
        private readonly NormSpec _attentionNorm;
        private readonly Attention _attention;
        private readonly NormSpec _crossNorm;
        private readonly Attention _cross;
        private readonly NormSpec _feedForwardNorm;
        private readonly FeedForward _feedForward;

        public DecoderBlock(Modules modules, int layer)
        {
            var (prefix, gguf) = ($"decoder.block.{layer}.layer.", $"dec.blk.{layer}.");
            _attentionNorm = modules.Norm(prefix + "0", gguf + "attn_norm");
            _attention = modules.Attention(prefix + "0.SelfAttention", gguf + "attn", layer, isCausal: true);
            _crossNorm = modules.Norm(prefix + "1", gguf + "cross_attn_norm");
            _cross = modules.Attention(prefix + "1.EncDecAttention", gguf + "cross_attn", layer, isCausal: false, readsSource: true);
            _feedForwardNorm = modules.Norm(prefix + "2", gguf + "ffn_norm");
            _feedForward = modules.FeedForward(prefix + "2.DenseReluDense", gguf);
            Body = Forward;
        }

        /// <summary>The forward pass as a delegate made once.</summary>
        public Func<IForward, Value, Value> Body { get; }

        /// <summary>Keeps what this layer's tokens look at of the source.</summary>
        public void Keep(IForward forward, Value source) => forward.Keep(
            forward.Linear(source, _cross.Keys, ActivationFunction.None), forward.Linear(source, _cross.Values, ActivationFunction.None), _cross.Spec);

        private Value Forward(IForward forward, Value x)
        {
            x = _attention.WithinItself(forward, x, _attentionNorm);
            x = _cross.OverSource(forward, x, _crossNorm);
            return _feedForward.Run(forward, x, _feedForwardNorm);
        }
    }
}
