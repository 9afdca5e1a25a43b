namespace Gyre.Registry.Datasets;

/// <summary>One immutable version of a dataset.</summary>
public sealed record DatasetVersion
{
    /// <summary>The dataset.</summary>
    public required string Name { get; init; }

    /// <summary>From 1; a number is never given twice, not even after a deletion.</summary>
    public required long Number { get; init; }

    /// <summary>The version's identity: SHA-256 of its canonical lines, each with its line feed; 64 hexadecimal digits. What an evaluation prints for the same rows.</summary>
    public required string Digest { get; init; }

    /// <summary>The packed rows in the store of blobs.</summary>
    public required string Blob { get; init; }

    /// <summary>How many rows.</summary>
    public required long Rows { get; init; }

    /// <summary>The canonical lines' length, unpacked.</summary>
    public required long LengthBytes { get; init; }

    /// <summary>The columns, by name.</summary>
    public required IReadOnlyList<DatasetColumn> Schema { get; init; }

    /// <summary>Where the rows are from.</summary>
    public required DatasetSource Source { get; init; }

    /// <summary>Under what licence they may be used; empty when nobody said.</summary>
    public required string Licence { get; init; }

    /// <summary>What its maker said of it.</summary>
    public required string Note { get; init; }

    /// <summary>Words to find it by.</summary>
    public required IReadOnlyList<string> Tags { get; init; }

    /// <summary>The movable labels that point here now.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>Why it should not be used any more; null when it may.</summary>
    public required string? Deprecation { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Who made it; empty when unknown.</summary>
    public required string CreatedBy { get; init; }

    /// <summary><c>name@number</c>.</summary>
    public string Reference => $"{Name}@{Number}";

    internal long Id { get; init; }
}
