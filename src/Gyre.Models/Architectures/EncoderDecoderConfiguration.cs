using Gyre.Tensors.Kernels;

namespace Gyre.Models.Architectures;

/// <summary>Sizes and choices of an encoder–decoder model, independent of the file they came from. Immutable.</summary>
public sealed record EncoderDecoderConfiguration
{
    private const int MaxDimension = 1 << 20;
    private const int MaxLayers = 4096;
    private const int MaxBuckets = 1 << 16;

    /// <summary>A table of biases has two numbers a distance and head.</summary>
    private const int MaxDistance = 1 << 16;

    /// <summary>Numbers of a table of positions.</summary>
    private const long MaxPositions = 1 << 27;

    /// <summary><c>t5</c>, <c>bart</c>, <c>marian</c> or <c>transformer</c>, the original one.</summary>
    public required string Architecture { get; init; }

    /// <summary>Rows of the output layer and of the answer's embedding.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Rows of the source's embedding; <see cref="VocabularySize"/> where both share it.</summary>
    public required int SourceVocabularySize { get; init; }

    /// <summary>Width of the residual stream.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Layers of the encoder.</summary>
    public required int EncoderLayers { get; init; }

    /// <summary>Layers of the decoder.</summary>
    public required int DecoderLayers { get; init; }

    /// <summary>Heads of the encoder's attention.</summary>
    public required int EncoderHeads { get; init; }

    /// <summary>Heads of the decoder's attention.</summary>
    public required int DecoderHeads { get; init; }

    /// <summary>Width of the encoder's heads.</summary>
    public required int EncoderHeadWidth { get; init; }

    /// <summary>Width of the decoder's heads.</summary>
    public required int DecoderHeadWidth { get; init; }

    /// <summary>Inner width of the encoder's feed-forward layers.</summary>
    public required int EncoderIntermediateSize { get; init; }

    /// <summary>Inner width of the decoder's feed-forward layers.</summary>
    public required int DecoderIntermediateSize { get; init; }

    /// <summary>The longest source, and the longest answer with its start token.</summary>
    public required int ContextLength { get; init; }

    /// <summary>What is applied between the feed-forward's projections. Default ReLU.</summary>
    public ActivationFunction Activation { get; init; } = ActivationFunction.Relu;

    /// <summary>The feed-forward multiplies f(W₁x) with W₂x.</summary>
    public bool IsGated { get; init; }

    /// <summary>Added to the variance in norms.</summary>
    public float NormEpsilon { get; init; } = 1e-5f;

    /// <summary>The output layer is the answer's embedding.</summary>
    public bool TieEmbeddings { get; init; } = true;

    /// <summary>T5's logits of a shared embedding are divided by the square root of its width; false where the last norm does it. Default true.</summary>
    public bool ScalesTiedLogits { get; init; } = true;

    /// <summary>Source and answer have one embedding. Default true.</summary>
    public bool SharesEmbeddings { get; init; } = true;

    /// <summary>Embeddings are multiplied by the square root of their width.</summary>
    public bool ScalesEmbedding { get; init; }

    /// <summary>The output layer has a bias that is not trained.</summary>
    public bool HasLogitsBias { get; init; }

    /// <summary>Buckets of relative positions; 0 for none.</summary>
    public int RelativeBuckets { get; init; }

    /// <summary>The distance from which on all relative positions share a bucket.</summary>
    public int RelativeMaxDistance { get; init; }

    /// <summary>What the decoder reads first.</summary>
    public required int StartTokenId { get; init; }

    /// <summary>The id that fills rows up; null when the model has none.</summary>
    public int? PadTokenId { get; init; }

    /// <summary>The ids that end an answer; may be empty.</summary>
    public IReadOnlyList<int> EndTokenIds { get; init; } = [];

    /// <summary>Standard deviation of initial weights, where the family has no rule of its own; default 0.02.</summary>
    public float InitialDeviation { get; init; } = 0.02f;

    /// <summary>Reads a Hugging Face <c>config.json</c>.</summary>
    /// <param name="json">The file's text.</param>
    /// <param name="source">The file's path, for messages.</param>
    /// <remarks>
    /// Errors: <see cref="ModelException"/> <c>RUN0401</c> not JSON or faulty values (all named), <c>RUN0402</c> an
    /// architecture that is not one of these.
    /// </remarks>
    public static EncoderDecoderConfiguration FromHuggingFace(string json, string source)
    {
        var root = HuggingFaceConfiguration.Parse(json, source);
        var fields = new ConfigurationFields(root);
        var type = fields.Text("model_type", "");
        var family = EncoderDecoderFamily.Find(type)
            ?? throw Architectures.Architecture.Unknown(
                "Read model configuration: found model_type", type, EncoderDecoderFamily.All.Select(known => known.Name), source);
        var configuration = family.Read(fields);
        var faults = fields.Faults.Concat(configuration.Validate()).ToList();
        return faults.Count == 0 ? configuration : throw HuggingFaceConfiguration.Faulty(faults, source);
    }

    /// <summary>Reads the metadata (and which optional tensors exist) of a GGUF file.</summary>
    /// <remarks>Errors: as <see cref="FromHuggingFace"/>; wrongly typed keys as <see cref="Weights.GgufMetadata"/> reports them.</remarks>
    public static EncoderDecoderConfiguration FromGguf(Weights.GgufFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return GgufEncoderDecoder.Read(file);
    }

    /// <summary>The config.json of this configuration, as Hugging Face tools read it.</summary>
    public string ToHuggingFace() => EncoderDecoderJson.Write(this);

    /// <summary>What the engine needs to know of the decoder.</summary>
    internal DecoderConfiguration ToDecoder() => new()
    {
        Architecture = Architecture,
        VocabularySize = VocabularySize,
        HiddenSize = HiddenSize,
        IntermediateSize = DecoderIntermediateSize,
        Layers = DecoderLayers,
        Heads = DecoderHeads,
        KeyValueHeads = DecoderHeads,
        HeadWidth = DecoderHeadWidth,
        ContextLength = ContextLength,
        NormEpsilon = NormEpsilon,
    };

    /// <summary>Every fault of this configuration, in words that name the value and the range; empty when valid.</summary>
    public IReadOnlyList<string> Validate()
    {
        var faults = new List<string>();
        InRange(VocabularySize, MaxDimension * 4, "The vocabulary size");
        InRange(SourceVocabularySize, MaxDimension * 4, "The source's vocabulary size");
        InRange(HiddenSize, MaxDimension, "d_model");
        InRange(EncoderLayers, MaxLayers, "The number of encoder layers");
        InRange(DecoderLayers, MaxLayers, "The number of decoder layers");
        InRange(EncoderIntermediateSize, MaxDimension, "The encoder's feed-forward width");
        InRange(DecoderIntermediateSize, MaxDimension, "The decoder's feed-forward width");
        InRange(ContextLength, MaxDimension, "The longest sequence");
        Check((long)ContextLength * HiddenSize <= MaxPositions, $"The longest sequence is {ContextLength} and d_model {HiddenSize}; expected a product of at most {MaxPositions}.");
        CheckHeads(EncoderHeads, EncoderHeadWidth, "encoder");
        CheckHeads(DecoderHeads, DecoderHeadWidth, "decoder");
        Check(NormEpsilon is >= 0 and < 1, $"The norms' epsilon is {NormEpsilon}; expected 0 to 1.");
        Check(RelativeBuckets is 0 or (>= 4 and <= MaxBuckets), $"relative_attention_num_buckets is {RelativeBuckets}; expected 4 to {MaxBuckets}.");
        Check(RelativeBuckets % 2 == 0, $"relative_attention_num_buckets is {RelativeBuckets}; expected an even number.");
        Check(RelativeBuckets == 0 || (RelativeMaxDistance > RelativeBuckets / 2 && RelativeMaxDistance <= MaxDistance),
            $"relative_attention_max_distance is {RelativeMaxDistance}; expected more than half of the {RelativeBuckets} buckets and at most {MaxDistance}.");
        Check(StartTokenId >= 0 && StartTokenId < VocabularySize, $"decoder_start_token_id is {StartTokenId}; expected 0 to {VocabularySize - 1}.");
        Check(ScalesTiedLogits || TieEmbeddings, "Logits of an output layer of its own are never scaled; expected a shared embedding.");
        Check(!SharesEmbeddings || SourceVocabularySize == VocabularySize,
            $"The vocabularies have {SourceVocabularySize} and {VocabularySize} tokens; expected equal sizes where source and answer share an embedding.");
        return faults;

        void CheckHeads(int heads, int width, string part)
        {
            InRange(heads, MaxDimension, $"The number of {part} heads");
            InRange(width, 4096, $"The width of {part} heads");
            Check((long)heads * width <= MaxDimension, $"The {part} has {heads} heads of {width}; expected at most {MaxDimension} in all.");
        }

        void InRange(int value, int maximum, string what) => Check(value >= 1 && value <= maximum, $"{what} is {value}; expected 1 to {maximum}.");

        void Check(bool isValid, string fault)
        {
            if (!isValid)
            {
                faults.Add(fault);
            }
        }
    }
}
