using Gyre.Models.Weights;
using Gyre.Tensors.Kernels;

namespace Gyre.Models.Architectures;

/// <summary>Sizes and choices of a decoder-only model, read from config.json, from GGUF metadata or written by hand.</summary>
/// <remarks>Immutable; <see cref="Validate"/> reports every fault at once.</remarks>
public sealed record DecoderConfiguration
{
    private const int MaxDimension = 1 << 20;
    private const int MaxLayers = 1024;

    /// <summary>The architecture's name as config.json spells it: <c>llama</c>, <c>mistral</c>, <c>qwen2</c>, <c>gpt2</c> and so on.</summary>
    public required string Architecture { get; init; }

    /// <summary>Number of token ids (V).</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Width of the residual stream (C).</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Width inside the feed-forward.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>Number of blocks.</summary>
    public required int Layers { get; init; }

    /// <summary>Query heads (H).</summary>
    public required int Heads { get; init; }

    /// <summary>Key–value heads; divides <see cref="Heads"/>.</summary>
    public required int KeyValueHeads { get; init; }

    /// <summary>Width of a head (D).</summary>
    public required int HeadWidth { get; init; }

    /// <summary>The longest sequence, in tokens.</summary>
    public required int ContextLength { get; init; }

    /// <summary>Added to the mean square in the norms; default 1e-5.</summary>
    public float NormEpsilon { get; init; } = 1e-5f;

    /// <summary>The feed-forward's nonlinearity; default SiLU.</summary>
    public ActivationFunction Activation { get; init; } = ActivationFunction.Silu;

    /// <summary>Multiplies the attention scores; null for 1/√D.</summary>
    public float? AttentionScale { get; init; }

    /// <summary>Layer i divides its attention scores by i + 1 (GPT-2).</summary>
    public bool ScalesByInverseLayer { get; init; }

    /// <summary>cap·tanh(score / cap) replaces each attention score; 0 for none.</summary>
    public float AttentionSoftCap { get; init; }

    /// <summary>cap·tanh(logit / cap) replaces each logit; 0 for none.</summary>
    public float LogitSoftCap { get; init; }

    /// <summary>Attention and feed-forward both read the layer's input, and both are added to it.</summary>
    public bool IsParallel { get; init; }

    /// <summary>Parallel attention and feed-forward have a norm each.</summary>
    public bool HasTwoNorms { get; init; }

    /// <summary>Norms follow the additions to the residual stream instead of going before attention and feed-forward.</summary>
    public bool NormsAfter { get; init; }

    /// <summary>What is added to is the normed stream (BLOOM).</summary>
    public bool ResidualAfterNorm { get; init; }

    /// <summary>Scores fall linearly with distance, by a slope of each head (ALiBi), instead of rotary positions.</summary>
    public bool UsesAlibi { get; init; }

    /// <summary>Width of the embedding when a projection leads to the stream (OPT); 0 for <see cref="HiddenSize"/>.</summary>
    public int EmbeddingWidth { get; init; }

    /// <summary>Rotary positions.</summary>
    public RotaryOptions Rotary { get; init; } = new();

    /// <summary>How many numbers of a head are rotated; 0 for all.</summary>
    public int RotaryWidth { get; init; }

    /// <summary>Rotary positions of sliding layers, where they differ; null when not.</summary>
    public RotaryOptions? SlidingRotary { get; init; }

    /// <summary>The output layer shares the embedding's weights.</summary>
    public bool TieEmbeddings { get; init; }

    /// <summary>Query, key and value projections have biases.</summary>
    public bool AttentionBias { get; init; }

    /// <summary>The attention's output projection has a bias.</summary>
    public bool AttentionOutputBias { get; init; }

    /// <summary>The feed-forward's projections have biases.</summary>
    public bool FeedForwardBias { get; init; }

    /// <summary>Queries and keys are normalised per head before rotation.</summary>
    public bool QueryKeyNorm { get; init; }

    /// <summary>How many tokens, its own included, a token sees in sliding layers; 0 for all.</summary>
    public int SlidingWindow { get; init; }

    /// <summary>Which layers slide, one entry a layer; empty means all of them when <see cref="SlidingWindow"/> is set.</summary>
    public IReadOnlyList<bool> SlidingLayers { get; init; } = [];

    /// <summary>The begin-of-sequence id; null when the model has none.</summary>
    public int? BeginTokenId { get; init; }

    /// <summary>The ids that end a sequence; may be empty.</summary>
    public IReadOnlyList<int> EndTokenIds { get; init; } = [];

    /// <summary>Standard deviation of the initial weights of a model that is trained from nothing; default 0.02.</summary>
    public float InitialDeviation { get; init; } = 0.02f;

    /// <summary>Reads a Hugging Face <c>config.json</c>.</summary>
    /// <param name="json">The file's text.</param>
    /// <param name="source">The file's path, for messages.</param>
    /// <remarks>
    /// Errors: <see cref="ModelException"/> <c>RUN0401</c> not JSON or faulty values (all named), <c>RUN0402</c> an
    /// architecture this room does not have.
    /// </remarks>
    public static DecoderConfiguration FromHuggingFace(string json, string source) =>
        HuggingFaceConfiguration.Read(json, source);

    /// <summary>Reads the metadata (and which optional tensors exist) of a GGUF file.</summary>
    /// <remarks>Errors: as <see cref="FromHuggingFace"/>; wrongly typed keys as <see cref="GgufMetadata"/> reports them.</remarks>
    public static DecoderConfiguration FromGguf(GgufFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return GgufConfiguration.Read(file);
    }

    /// <summary>The config.json of this configuration, as Hugging Face tools read it.</summary>
    public string ToHuggingFace() => HuggingFaceConfiguration.Write(this);

    /// <summary>How far back a layer's tokens see, their own position included; 0 for everything before them.</summary>
    internal int WindowOf(int layer) =>
        SlidingWindow > 0 && (SlidingLayers.Count == 0 || SlidingLayers[layer]) ? SlidingWindow : 0;

    /// <summary>A layer's attention, without positions and norms.</summary>
    internal AttentionSpec AttentionOf(int layer) => new()
    {
        Layer = layer,
        Heads = Heads,
        KeyValueHeads = KeyValueHeads,
        HeadWidth = HeadWidth,
        Scale = ScaleOf(layer),
        Window = WindowOf(layer),
        SoftCap = AttentionSoftCap,
    };

    /// <summary>How many numbers of a head are rotated.</summary>
    internal int RotatedWidth => RotaryWidth > 0 ? RotaryWidth : HeadWidth;

    /// <summary>The initial deviation of layers whose results are added to the residual stream.</summary>
    internal float ResidualDeviation => InitialDeviation / MathF.Sqrt(2 * Layers);

    /// <summary>What a layer multiplies its attention scores with.</summary>
    internal float ScaleOf(int layer) =>
        (float)((AttentionScale ?? (1 / Math.Sqrt(HeadWidth))) / (ScalesByInverseLayer ? layer + 1 : 1));

    /// <summary>Every fault of this configuration, in words that name the field, the value and the range; empty when valid.</summary>
    public IReadOnlyList<string> Validate()
    {
        var faults = new List<string>();
        var family = Architectures.Architecture.Find(Architecture);
        var rotates = family?.UsesRotary(this) ?? true;
        var rotated = RotatedWidth;
        InRange(VocabularySize, MaxDimension * 4, Named("vocab_size"));
        InRange(HiddenSize, MaxDimension, Named("hidden_size"));
        InRange(IntermediateSize, MaxDimension, Named("intermediate_size"));
        InRange(Layers, MaxLayers, Named("num_hidden_layers"));
        InRange(Heads, MaxDimension, Named("num_attention_heads"));
        InRange(KeyValueHeads, MaxDimension, Named("num_key_value_heads"));
        InRange(HeadWidth, MaxDimension, Named("head_dim"));
        InRange(ContextLength, int.MaxValue / 2, Named("max_position_embeddings"));
        Check(KeyValueHeads < 1 || Heads < 1 || Heads % KeyValueHeads == 0,
            $"{Named("num_attention_heads")} is {Heads} and {Named("num_key_value_heads")} {KeyValueHeads}; expected the first to be a multiple of the second.");
        Check(!rotates || HeadWidth < 1 || rotated % 2 == 0, $"{Named("head_dim")} is {HeadWidth}, of which {rotated} are rotated; expected an even number for rotary positions.");
        Check(RotaryWidth >= 0 && RotaryWidth <= Math.Max(HeadWidth, 0), $"The rotated width is {RotaryWidth}; expected 0 (all) to {Named("head_dim")}, {HeadWidth}.");
        Check(EmbeddingWidth is >= 0 and <= MaxDimension, $"The embedding's width is {EmbeddingWidth}; expected 0 (that of the stream) to {MaxDimension}.");
        Check(AttentionSoftCap is >= 0 and < float.PositiveInfinity, $"attn_logit_softcapping is {AttentionSoftCap}; expected 0 (off) or more.");
        Check(LogitSoftCap is >= 0 and < float.PositiveInfinity, $"final_logit_softcapping is {LogitSoftCap}; expected 0 (off) or more.");
        Check((long)Heads * HeadWidth <= MaxDimension, $"{Named("num_attention_heads")} × {Named("head_dim")} is {(long)Heads * HeadWidth}; expected at most {MaxDimension}.");
        Check(NormEpsilon is >= 0 and < 1, $"{Named("rms_norm_eps")} is {NormEpsilon}; expected 0 to 1.");
        Check(SlidingWindow >= 0, $"sliding_window is {SlidingWindow}; expected 0 (off) or more.");
        Check(SlidingLayers.Count == 0 || SlidingLayers.Count == Layers,
            $"layer_types has {SlidingLayers.Count} entries; expected one per layer ({Layers}).");
        if (rotates)
        {
            faults.AddRange(Rotary.Validate(rotated));
            faults.AddRange(SlidingRotary?.Validate(rotated) ?? []);
        }

        Check(BeginTokenId is null || (BeginTokenId >= 0 && BeginTokenId < VocabularySize),
            $"bos_token_id is {BeginTokenId}; expected 0 to {VocabularySize - 1}.");
        Check(AttentionScale is null || (float.IsFinite(AttentionScale.Value) && AttentionScale > 0), $"The attention scale is {AttentionScale}; expected a positive number.");
        return faults;

        string Named(string field) => family?.FieldName(field) ?? field;

        void InRange(int value, int maximum, string field) =>
            Check(value >= 1 && value <= maximum, $"{field} is {value}; expected 1 to {maximum}.");

        void Check(bool isValid, string fault)
        {
            if (!isValid)
            {
                faults.Add(fault);
            }
        }
    }
}
