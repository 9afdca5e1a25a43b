namespace Gyre.Registry.Datasets;

/// <summary>How a version is parted.</summary>
public sealed record DatasetSplit
{
    /// <summary>The parts with their shares of the rows, which add up to 1: <c>train</c> 0.8, <c>test</c> 0.2. A part becomes the dataset <c>name-part</c>.</summary>
    public required IReadOnlyList<KeyValuePair<string, double>> Parts { get; init; }

    /// <summary>The seed: equal seeds part equal rows alike.</summary>
    public required ulong Seed { get; init; }

    /// <summary>
    /// The column whose rows stay together when they have the same value, for example <c>family</c>; a fact may be named without
    /// <c>facts.</c>. Null (default) and a row without a value: every row goes by itself.
    /// </summary>
    public string? Group { get; init; }

    /// <summary>
    /// False (default): the parts have their shares, as near as groups allow. True: a row's part depends on seed and group alone, so
    /// it never changes from version to version, and the parts have their shares only on average.
    /// </summary>
    public bool IsStable { get; init; }
}
