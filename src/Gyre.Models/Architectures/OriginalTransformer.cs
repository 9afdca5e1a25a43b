using System.Text.Json.Nodes;
using Gyre.Tensors.Kernels;

namespace Gyre.Models.Architectures;

/// <summary>The Transformer as it was published: norms after attention and feed-forward, sinusoidal positions, one embedding for source, answer and output layer, or one for sources and one for the rest where each language has its own vocabulary.</summary>
/// <remarks>Source: Vaswani et al. 2017, "Attention Is All You Need", section 3.</remarks>
internal sealed class OriginalTransformer : IEncoderDecoderArchitecture
{
    private readonly WeightList _weights = new();
    private readonly PostNormStacks _stacks;
    private readonly LogitsSpec _logits;

    public OriginalTransformer(EncoderDecoderConfiguration configuration)
    {
        var c = configuration;

        // Scaled by √d the rows have deviation 1, as the positions that are added to them nearly have.
        var shared = c.SharesEmbeddings ? Tokens("shared", "token_embd", c.VocabularySize) : null;
        var sources = shared ?? Tokens("encoder.embed_tokens", "enc.token_embd", c.SourceVocabularySize);
        var answers = shared ?? Tokens("decoder.embed_tokens", "dec.token_embd", c.VocabularySize);
        var positions = new SinusoidalPositions(c.ContextLength, c.HiddenSize, IsInterleaved: true);

        // Glorot and Bengio 2010: a variance of 2 / (inputs + outputs) keeps that of signals and gradients.
        var modules = new PostNormModules(c, _weights, (outputs, inputs) => MathF.Sqrt(2f / (outputs + inputs)), hasAttentionBias: false);
        _stacks = new PostNormStacks(modules, "", Embedding(sources), Embedding(answers), normsEmbeddings: false);
        _logits = new LogitsSpec(new Projection(answers, null));

        WeightSpec Tokens(string module, string gguf, int count) => _weights.Embedding(module, gguf, count, c.HiddenSize, 1 / MathF.Sqrt(c.HiddenSize));

        EmbeddingSpec Embedding(WeightSpec tokens) => new() { Tokens = tokens, Scale = MathF.Sqrt(c.HiddenSize), Sinusoids = positions };
    }

    public static EncoderDecoderFamily Family { get; } = new()
    {
        Name = "transformer",
        ClassName = "Transformer",
        Create = configuration => new OriginalTransformer(configuration),
        Read = Read,
        Write = Write,
    };

    public IReadOnlyList<WeightSpec> Weights => _weights.Specs;

    public string Prefix => "";

    public void Encode(IForward forward) => _stacks.Encode(forward);

    public Value Forward(IForward forward) => forward.Logits(_stacks.Decode(forward), _logits);

    private static EncoderDecoderConfiguration Read(ConfigurationFields fields)
    {
        var hidden = fields.Integer("d_model", 512);
        var heads = fields.Integer("num_heads", 8);
        var layers = fields.Integer("num_layers", 6);
        var inner = fields.Integer("d_ff", 2048);
        var vocabulary = fields.Integer("vocab_size");
        var headWidth = EncoderDecoderJson.HeadWidth(fields, "num_heads", hidden, heads);
        var shares = fields.Boolean("share_encoder_decoder_embeddings", true);
        EncoderDecoderJson.Require(fields, "tie_word_embeddings", true);
        return new EncoderDecoderConfiguration
        {
            Architecture = "transformer",
            VocabularySize = shares ? vocabulary : fields.Integer("decoder_vocab_size", vocabulary),
            SourceVocabularySize = vocabulary,
            SharesEmbeddings = shares,
            HiddenSize = hidden,
            EncoderLayers = layers,
            DecoderLayers = fields.Integer("num_decoder_layers", layers),
            EncoderHeads = heads,
            DecoderHeads = heads,
            EncoderHeadWidth = headWidth,
            DecoderHeadWidth = headWidth,
            EncoderIntermediateSize = inner,
            DecoderIntermediateSize = inner,
            ContextLength = fields.Integer("max_position_embeddings", 1024),
            Activation = ActivationNames.Read(fields, "activation_function", ActivationFunction.Relu),
            NormEpsilon = (float)fields.Number("layer_norm_epsilon", 1e-6),
            ScalesEmbedding = true,
            StartTokenId = fields.Integer("decoder_start_token_id"),
            PadTokenId = fields.OptionalInteger("pad_token_id"),
            EndTokenIds = fields.Integers("eos_token_id"),
        };
    }

    private static void Write(EncoderDecoderConfiguration c, JsonObject json)
    {
        if (!c.SharesEmbeddings)
        {
            json["share_encoder_decoder_embeddings"] = false;
            json["vocab_size"] = c.SourceVocabularySize;
            json["decoder_vocab_size"] = c.VocabularySize;
        }

        json["num_layers"] = c.EncoderLayers;
        json["num_decoder_layers"] = c.DecoderLayers;
        json["num_heads"] = c.DecoderHeads;
        json["d_ff"] = c.DecoderIntermediateSize;
        json["max_position_embeddings"] = c.ContextLength;
        json["activation_function"] = ActivationNames.NameOf(c.Activation);
        json["layer_norm_epsilon"] = (double)(decimal)c.NormEpsilon;
    }
}
