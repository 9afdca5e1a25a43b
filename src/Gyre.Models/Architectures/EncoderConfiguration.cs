using Gyre.Models.Weights;
using Gyre.Tensors.Kernels;

namespace Gyre.Models.Architectures;

/// <summary>Sizes and choices of an encoder-only model, read from config.json, from GGUF metadata or written by hand.</summary>
/// <remarks>Immutable; <see cref="Validate"/> reports every fault at once.</remarks>
public sealed record EncoderConfiguration
{
    /// <summary>Types of tokens that <see cref="MarksPassages"/> needs.</summary>
    public const int PassageTypes = Encoders.PassageMarks.Types;

    /// <summary>Features that those types are made of.</summary>
    public const int PassageFeatures = Encoders.PassageMarks.Features;

    private const int MaxDimension = 1 << 20;
    private const int MaxLayers = 1024;
    private const int MaxLabels = 1 << 16;

    /// <summary>The architecture's name as config.json spells it: <c>bert</c>, <c>distilbert</c>, <c>roberta</c>, <c>xlm-roberta</c>, <c>camembert</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>Number of token ids (V).</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Width of the residual stream (C).</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Width inside the feed-forward.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>Number of blocks.</summary>
    public required int Layers { get; init; }

    /// <summary>Heads (H); divides <see cref="HiddenSize"/>.</summary>
    public required int Heads { get; init; }

    /// <summary>Rows of the table of positions.</summary>
    public required int Positions { get; init; }

    /// <summary>The row of the first token's position; RoBERTa leaves out as many as its padding id and one more.</summary>
    public int FirstPosition { get; init; }

    /// <summary>Kinds of tokens, for example of the first and of the second text; 0 when the model does not tell them apart.</summary>
    public int TokenTypes { get; init; }

    /// <summary>
    /// A passage's tokens are typed by the words that it shares with its question and by their shapes (config.json:
    /// <c>gyre_passage_marks</c>), as <see cref="Encoders.QuestionAnswerer.Encode"/> says. Needs <see cref="PassageTypes"/>
    /// types; default false, as published models read pairs.
    /// </summary>
    public bool MarksPassages { get; init; }

    /// <summary>Added to the variance in the norms; default 1e-12.</summary>
    public float NormEpsilon { get; init; } = 1e-12f;

    /// <summary>The feed-forward's nonlinearity; default the exact GELU.</summary>
    public ActivationFunction Activation { get; init; } = ActivationFunction.Gelu;

    /// <summary>What is computed of the last hidden states.</summary>
    public EncoderHead Head { get; init; }

    /// <summary>The model has a pooler: a dense layer with tanh over the first token.</summary>
    public bool HasPooler { get; init; }

    /// <summary>A head of labels for sequences has its dense layer before the output layer, where the family has one; default true.</summary>
    public bool HeadHasDense { get; init; } = true;

    /// <summary>The output layer of <see cref="EncoderHead.MaskedWords"/> shares the embedding's weights; default true.</summary>
    public bool TieEmbeddings { get; init; } = true;

    /// <summary>The labels' names by index; empty when the head has none.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>What the logits of labels mean.</summary>
    public ClassificationProblem Problem { get; init; }

    /// <summary>The id of padding; null when there is none.</summary>
    public int? PaddingId { get; init; }

    /// <summary>Standard deviation of the initial weights of a model that is trained from nothing; default 0.02.</summary>
    public float InitialDeviation { get; init; } = 0.02f;

    /// <summary>Width of a head (D).</summary>
    public int HeadWidth => Heads > 0 ? HiddenSize / Heads : 0;

    /// <summary>The longest sequence, in tokens.</summary>
    public int ContextLength => Positions - FirstPosition;

    /// <summary>The features of a passage's type, of <see cref="PassageFeatures"/>: a word that the question has too, the sentence that shares most, the shape that is asked for, then five shapes.</summary>
    /// <param name="type">1 to <see cref="PassageTypes"/> − 1.</param>
    public static IEnumerable<int> FeaturesOf(int type)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(type, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(type, PassageTypes);
        return Encoders.PassageMarks.FeaturesOf(type);
    }

    /// <summary>Reads a Hugging Face <c>config.json</c>.</summary>
    /// <param name="json">The file's text.</param>
    /// <param name="source">The file's path, for messages.</param>
    /// <remarks>
    /// Errors: <see cref="ModelException"/> <c>RUN0401</c> not JSON or faulty values (all named), <c>RUN0402</c> an
    /// architecture that is no encoder of this room.
    /// </remarks>
    public static EncoderConfiguration FromHuggingFace(string json, string source) => HuggingFaceEncoder.Read(json, source);

    /// <summary>Reads the metadata (and which optional tensors exist) of a GGUF file.</summary>
    /// <remarks>Errors: as <see cref="FromHuggingFace"/>; wrongly typed keys as <see cref="GgufMetadata"/> reports them.</remarks>
    public static EncoderConfiguration FromGguf(GgufFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return GgufEncoder.Read(file);
    }

    /// <summary>The config.json of this configuration, as Hugging Face tools read it.</summary>
    public string ToHuggingFace() => HuggingFaceEncoder.Write(this);

    /// <summary>Every fault of this configuration, in words that name the field, the value and the range; empty when valid.</summary>
    public IReadOnlyList<string> Validate()
    {
        var faults = new List<string>();
        InRange(VocabularySize, MaxDimension * 4, "vocab_size");
        InRange(HiddenSize, MaxDimension, "hidden_size");
        InRange(IntermediateSize, MaxDimension, "intermediate_size");
        InRange(Layers, MaxLayers, "num_hidden_layers");
        InRange(Heads, MaxDimension, "num_attention_heads");
        Check(Heads < 1 || HiddenSize % Heads == 0, $"{Named("hidden_size")} is {HiddenSize}; expected a multiple of {Named("num_attention_heads")}, {Heads}.");
        Check(FirstPosition >= 0 && Positions <= MaxDimension && ContextLength >= 1, $"{Named("max_position_embeddings")} is {Positions}; expected {FirstPosition + 1L} to {MaxDimension}.");
        Check(TokenTypes is >= 0 and <= MaxLabels, $"{Named("type_vocab_size")} is {TokenTypes}; expected 0 to {MaxLabels}.");
        Check(!MarksPassages || TokenTypes >= PassageTypes, $"{Named("type_vocab_size")} is {TokenTypes}; expected {PassageTypes} at least, because {HuggingFaceEncoder.PassageMarksKey} is true.");
        Check(NormEpsilon is >= 0 and < 1, $"{Named("layer_norm_eps")} is {NormEpsilon}; expected 0 to 1.");
        Check(Labels.Count <= MaxLabels, $"There are {Labels.Count} labels; expected at most {MaxLabels}.");
        Check(Head is not (EncoderHead.SequenceLabels or EncoderHead.TokenLabels) || Labels.Count > 0, "id2label is empty; expected at least one label.");
        Check(PaddingId is null || (PaddingId >= 0 && PaddingId < VocabularySize), $"pad_token_id is {PaddingId}; expected 0 to {VocabularySize - 1L}.");
        return faults;

        string Named(string field) => EncoderFamily.Find(Architecture)?.FieldName(field) ?? field;

        void InRange(int value, int maximum, string field) =>
            Check(value >= 1 && value <= maximum, $"{Named(field)} is {value}; expected 1 to {maximum}.");

        void Check(bool isValid, string fault)
        {
            if (!isValid)
            {
                faults.Add(fault);
            }
        }
    }
}
