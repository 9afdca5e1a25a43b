using Gyre.Models.Measurement;
using Gyre.Tensors.Quantization;

namespace Gyre.Training.Quantization;

/// <summary>What a model's numbers are to be stored as. Immutable.</summary>
public sealed record QuantizationOptions
{
    /// <summary>The encoding of most matrices: F32, F16, BF16, Q8_0, Q4_0, Q4_K, Q5_K or Q6_K.</summary>
    public required ElementFormat Format { get; init; }

    /// <summary>Every matrix gets <see cref="Format"/>, none more than others.</summary>
    public bool IsPure { get; init; }

    /// <summary>The encoding of the output layer (and of an embedding that doubles as one); null for the policy's.</summary>
    public ElementFormat? OutputFormat { get; init; }

    /// <summary>The encoding of the token embedding; null for the policy's.</summary>
    public ElementFormat? EmbeddingFormat { get; init; }

    /// <summary>Tensors that were quantised before may be quantised again, from what is left of them.</summary>
    public bool AllowsRequantizing { get; init; }

    /// <summary>What goes into the matrices, so that strong inputs lose less; null for all alike.</summary>
    public ImportanceMatrix? Importance { get; init; }

    /// <summary>A file that is there may be replaced.</summary>
    public bool Overwrites { get; init; }
}
