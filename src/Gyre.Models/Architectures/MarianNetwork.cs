using System.Text.Json.Nodes;
using Gyre.Tensors.Kernels;

namespace Gyre.Models.Architectures;

/// <summary>Marian's translation models: the original Transformer with its own order of sinusoids, and an embedding for each language where they share none.</summary>
/// <remarks>Source: Junczys-Dowmunt et al. 2018 (Marian).</remarks>
internal sealed class MarianNetwork : IEncoderDecoderArchitecture
{
    private readonly WeightList _weights = new();
    private readonly PostNormStacks _stacks;
    private readonly LogitsSpec _logits;

    public MarianNetwork(EncoderDecoderConfiguration configuration)
    {
        var c = configuration;
        var shared = c.SharesEmbeddings ? Tokens("model.shared", "token_embd", c.VocabularySize) : null;
        var sources = shared ?? Tokens("model.encoder.embed_tokens", "enc.token_embd", c.SourceVocabularySize);
        var answers = shared ?? Tokens("model.decoder.embed_tokens", "dec.token_embd", c.VocabularySize);
        var modules = new PostNormModules(c, _weights, (_, _) => c.InitialDeviation, hasAttentionBias: true);
        var positions = new SinusoidalPositions(c.ContextLength, c.HiddenSize, IsInterleaved: false);
        _stacks = new PostNormStacks(modules, "model.", Embedding(sources), Embedding(answers), normsEmbeddings: false);
        _logits = BartFields.Logits(c, _weights, answers);
        Unused =
        [
            .. c.SharesEmbeddings ? (string[])["model.encoder.embed_tokens.weight", "model.decoder.embed_tokens.weight"] : [],
            "model.encoder.embed_positions.weight", // Computed here, as the reference does.
            "model.decoder.embed_positions.weight",
        ];

        WeightSpec Tokens(string module, string gguf, int count) => _weights.Embedding(module, gguf, count, c.HiddenSize, c.InitialDeviation);

        EmbeddingSpec Embedding(WeightSpec tokens) =>
            new() { Tokens = tokens, Scale = c.ScalesEmbedding ? MathF.Sqrt(c.HiddenSize) : 1, Sinusoids = positions };
    }

    public static EncoderDecoderFamily Family { get; } = new()
    {
        Name = "marian",
        ClassName = "MarianMTModel",
        Create = configuration => new MarianNetwork(configuration),
        Read = Read,
        Write = Write,
    };

    public IReadOnlyList<WeightSpec> Weights => _weights.Specs;

    public string Prefix => "model.";

    public IReadOnlyList<string> Unused { get; }

    public void Encode(IForward forward) => _stacks.Encode(forward);

    public Value Forward(IForward forward) => forward.Logits(_stacks.Decode(forward), _logits);

    private static EncoderDecoderConfiguration Read(ConfigurationFields fields)
    {
        var common = BartFields.Read(fields, "marian", ActivationFunction.Gelu, normsEmbeddings: false);
        var shares = fields.Boolean("share_encoder_decoder_embeddings", true);
        return common with
        {
            SharesEmbeddings = shares,
            VocabularySize = shares ? common.VocabularySize : fields.Integer("decoder_vocab_size", common.VocabularySize),
        };
    }

    private static void Write(EncoderDecoderConfiguration c, JsonObject json)
    {
        BartFields.Write(c, json);
        json["vocab_size"] = c.SourceVocabularySize;
        json["decoder_vocab_size"] = c.VocabularySize;
        json["share_encoder_decoder_embeddings"] = c.SharesEmbeddings;
    }
}
