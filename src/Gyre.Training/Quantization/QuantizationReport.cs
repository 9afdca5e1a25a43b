namespace Gyre.Training.Quantization;

/// <summary>What quantising a model gained and cost.</summary>
public sealed record QuantizationReport
{
    /// <summary>What was quantised, by its last name.</summary>
    public required string Source { get; init; }

    /// <summary>SHA-256 of its weights.</summary>
    public required string SourceSha256 { get; init; }

    /// <summary>The result's file name.</summary>
    public required string Result { get; init; }

    /// <summary>SHA-256 of the result.</summary>
    public required string ResultSha256 { get; init; }

    /// <summary>The encoding that was asked for.</summary>
    public required string Format { get; init; }

    /// <summary>What the model is for.</summary>
    public required string Kind { get; init; }

    /// <summary>Bytes of the source's weight files.</summary>
    public required long BytesBefore { get; init; }

    /// <summary>Bytes of the result's file.</summary>
    public required long BytesAfter { get; init; }

    /// <summary>Bits of the result's tensors a number.</summary>
    public required double BitsPerWeight { get; init; }

    /// <summary>How many tensors got each encoding.</summary>
    public required IReadOnlyDictionary<string, int> TensorsByFormat { get; init; }

    /// <summary>Tensors that did not get what their place asks for, and why.</summary>
    public required IReadOnlyList<string> Fallbacks { get; init; }

    /// <summary>Tensors that an importance matrix weighed.</summary>
    public required int WeighedTensors { get; init; }

    /// <summary>The text's name; null when none was given.</summary>
    public string? Text { get; init; }

    /// <summary>Tokens per second, of a model that writes.</summary>
    public required Measured<SpeedComparison> Speed { get; init; }

    /// <summary>Tokens per second, of a model that only reads.</summary>
    public required Measured<ReadingSpeed> Reading { get; init; }

    /// <summary>How near the vectors of texts are, of a model that makes them.</summary>
    public required Measured<VectorComparison> Vectors { get; init; }

    /// <summary>How near the labels or scores of texts are, of a model that gives them.</summary>
    public required Measured<LabelComparison> Labels { get; init; }

    /// <summary>Perplexity and divergence over the text.</summary>
    public required Measured<TextDivergence> Divergence { get; init; }

    /// <summary>Whether the chat template renders the same and gives the same tokens.</summary>
    public required Measured<TextEquality> ChatTemplate { get; init; }

    /// <summary>Whether texts give the same tokens.</summary>
    public required Measured<TextEquality> Tokenizer { get; init; }
}
