using Gyre.Training.Compression.Measurement;
using Gyre.Training.Loop;
using Gyre.Training.Reports;

namespace Gyre.Training.Compression.Pruning;

/// <summary>What pruning with training behind it ended with.</summary>
public sealed record RecoveryResult
{
    /// <summary>Steps, losses, time and folders.</summary>
    public required TrainingResult Training { get; init; }

    /// <summary>Weights that are zero, and that were asked about.</summary>
    public required (long Removed, long Prunable) Zeros { get; init; }

    /// <summary>Held-out rows: the whole model (before) and the pruned one without training (after); null for an interrupted run.</summary>
    public required QualityComparison? Pruned { get; init; }

    /// <summary>Held-out rows: the pruned model without training (before) and with it (after); null for an interrupted run.</summary>
    public required QualityComparison? Recovered { get; init; }

    /// <summary>Sizes of the whole and the recovered model; null for an interrupted run.</summary>
    public required (ModelSize Before, ModelSize After)? Sizes { get; init; }

    /// <summary>The whole model (before) and the recovered one (after) on the report's tasks.</summary>
    public required IReadOnlyList<TaskOutcome> Report { get; init; }

    /// <summary>Confidence of the report's intervals.</summary>
    public required double Confidence { get; init; }

    /// <summary>Sizes and held-out rows as a table.</summary>
    public IReadOnlyList<ComparisonRow> Rows() => Sizes is { } sizes && Pruned is { } pruned && Recovered is { } recovered
        ?
        [
            .. ComparisonTable.Sizes(sizes.Before, sizes.After),
            .. ComparisonTable.Qualities(pruned).Select(row => row with { Name = "pruned alone: " + row.Name }),
            .. ComparisonTable.Qualities(recovered).Select(row => row with { Name = "trained on, against that: " + row.Name }),
        ]
        : [];
}
