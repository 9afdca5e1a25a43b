using Gyre.Tensors.Kernels;

namespace Gyre.Models.Architectures;

/// <summary>BART: learned positions that begin at row 2, a norm of the embeddings, norms after attention and feed-forward, biases everywhere.</summary>
/// <remarks>Source: Lewis et al. 2019 (BART).</remarks>
internal sealed class BartNetwork : IEncoderDecoderArchitecture
{
    /// <summary>The rows before the first position belong to filled-up places.</summary>
    private const int FirstPosition = 2;

    private readonly WeightList _weights = new();
    private readonly PostNormStacks _stacks;
    private readonly LogitsSpec _logits;

    public BartNetwork(EncoderDecoderConfiguration configuration)
    {
        var c = configuration;
        var tokens = _weights.Embedding("model.shared", "token_embd", c.VocabularySize, c.HiddenSize, c.InitialDeviation);
        var modules = new PostNormModules(c, _weights, (_, _) => c.InitialDeviation, hasAttentionBias: true);
        _stacks = new PostNormStacks(modules, "model.", Embedding("encoder"), Embedding("decoder"), normsEmbeddings: true);
        _logits = BartFields.Logits(c, _weights, tokens);

        EmbeddingSpec Embedding(string part) => new()
        {
            Tokens = tokens,
            Scale = c.ScalesEmbedding ? MathF.Sqrt(c.HiddenSize) : 1,
            Positions = _weights.Positions(
                $"model.{part}.embed_positions", part[..3] + ".position_embd", c.ContextLength + FirstPosition, c.HiddenSize, c.InitialDeviation),
            FirstPosition = FirstPosition,
        };
    }

    public static EncoderDecoderFamily Family { get; } = new()
    {
        Name = "bart",
        ClassName = "BartForConditionalGeneration",
        Create = configuration => new BartNetwork(configuration),
        Read = fields => BartFields.Read(fields, "bart", ActivationFunction.Gelu, normsEmbeddings: true),
        Write = (c, json) => BartFields.Write(c, json),
    };

    public IReadOnlyList<WeightSpec> Weights => _weights.Specs;

    public string Prefix => "model.";

    public IReadOnlyList<string> Unused { get; } =
        ["model.encoder.embed_tokens.weight", "model.decoder.embed_tokens.weight", "model.encoder.version", "model.decoder.version"];

    public void Encode(IForward forward) => _stacks.Encode(forward);

    public Value Forward(IForward forward) => forward.Logits(_stacks.Decode(forward), _logits);
}
