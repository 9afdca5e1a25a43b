using Gyre.Training.Compression.Measurement;
using Gyre.Training.Quantization;

namespace Gyre.Training.Compression.Pruning;

/// <summary>What pruning a model gained and cost.</summary>
public sealed record PruningReport
{
    /// <summary>The model, by its last name.</summary>
    public required string Source { get; init; }

    /// <summary>How weights were scored: <c>wanda</c> or <c>magnitude</c>.</summary>
    public required string Method { get; init; }

    /// <summary>How many went, as it was asked for.</summary>
    public required string Sparsity { get; init; }

    /// <summary>Which were ranked together: <c>row</c>, <c>matrix</c> or <c>model</c>.</summary>
    public required string Scope { get; init; }

    /// <summary>Matrices that were pruned.</summary>
    public required int Matrices { get; init; }

    /// <summary>Their weights.</summary>
    public required long PrunableWeights { get; init; }

    /// <summary>Those of them that are zero now.</summary>
    public required long Removed { get; init; }

    /// <summary>Tokens that were calibrated on; 0 for magnitudes.</summary>
    public required int CalibrationTokens { get; init; }

    /// <summary>The size before.</summary>
    public required ModelSize SizeBefore { get; init; }

    /// <summary>The size after.</summary>
    public required ModelSize SizeAfter { get; init; }

    /// <summary>Tokens per second. Zeros are multiplied like other numbers, so no change is expected.</summary>
    public required SpeedComparison Speed { get; init; }

    /// <summary>Held-out text before and after, or why there is none.</summary>
    public required Measured<QualityComparison> Quality { get; init; }

    /// <summary>The other method at the same sparsity (first) against the one that was written (second), or why there is none.</summary>
    public required Measured<QualityComparison> OtherMethod { get; init; }

    /// <summary>The table of a card.</summary>
    public IReadOnlyList<ComparisonRow> Rows() =>
    [
        .. ComparisonTable.Sizes(SizeBefore, SizeAfter),
        .. ComparisonTable.Speeds(Speed),
        .. Quality.Value is { } quality ? ComparisonTable.Qualities(quality) : [new ComparisonRow("perplexity", "", "", $"undefined, because {Quality.Undefined}")],
    ];
}
