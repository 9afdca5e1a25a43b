using System.Text.Json.Nodes;
using Gyre.Tensors.Kernels;

namespace Gyre.Models.Architectures;

/// <summary>The Transformer as it was published: norms after attention and feed-forward, sinusoidal positions, one embedding for source, answer and output layer.</summary>
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
        var tokens = _weights.Embedding("shared", "token_embd", c.VocabularySize, c.HiddenSize, 1 / MathF.Sqrt(c.HiddenSize));
        var embedding = new EmbeddingSpec
        {
            Tokens = tokens,
            Scale = MathF.Sqrt(c.HiddenSize),
            Sinusoids = new SinusoidalPositions(c.ContextLength, c.HiddenSize, IsInterleaved: true),
        };

        // Glorot and Bengio 2010: a variance of 2 / (inputs + outputs) keeps that of signals and gradients.
        var modules = new PostNormModules(c, _weights, (outputs, inputs) => MathF.Sqrt(2f / (outputs + inputs)), hasAttentionBias: false);
        _stacks = new PostNormStacks(modules, "", embedding, embedding, normsEmbeddings: false);
        _logits = new LogitsSpec(new Projection(tokens, null));
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
        EncoderDecoderJson.Require(fields, "tie_word_embeddings", true);
        return new EncoderDecoderConfiguration
        {
            Architecture = "transformer",
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
        json["num_layers"] = c.EncoderLayers;
        json["num_decoder_layers"] = c.DecoderLayers;
        json["num_heads"] = c.DecoderHeads;
        json["d_ff"] = c.DecoderIntermediateSize;
        json["max_position_embeddings"] = c.ContextLength;
        json["activation_function"] = ActivationNames.NameOf(c.Activation);
        json["layer_norm_epsilon"] = (double)(decimal)c.NormEpsilon;
    }
}
