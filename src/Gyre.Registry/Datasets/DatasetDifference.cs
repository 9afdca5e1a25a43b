namespace Gyre.Registry.Datasets;

/// <summary>How one version differs from another, row by row, told apart by their ids.</summary>
public sealed record DatasetDifference
{
    /// <summary>The version of before.</summary>
    public required DatasetVersion From { get; init; }

    /// <summary>The version of after.</summary>
    public required DatasetVersion To { get; init; }

    /// <summary>Rows whose ids only <see cref="To"/> has.</summary>
    public required long Added { get; init; }

    /// <summary>Rows whose ids only <see cref="From"/> has.</summary>
    public required long Removed { get; init; }

    /// <summary>Rows whose ids both have, with different content.</summary>
    public required long Changed { get; init; }

    /// <summary>Rows that are the same in both.</summary>
    public required long Same { get; init; }

    /// <summary>True when both have the same rows in another order.</summary>
    public required bool IsReordered { get; init; }

    /// <summary>Columns that only <see cref="To"/> has.</summary>
    public required IReadOnlyList<string> AddedColumns { get; init; }

    /// <summary>Columns that only <see cref="From"/> has.</summary>
    public required IReadOnlyList<string> RemovedColumns { get; init; }

    /// <summary>The first rows of each kind: removed, added, then changed ones, each in the order of the rows.</summary>
    public required IReadOnlyList<RowDifference> Preview { get; init; }
}
