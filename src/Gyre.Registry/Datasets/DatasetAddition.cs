namespace Gyre.Registry.Datasets;

/// <summary>What is said of a version when it is made.</summary>
public sealed record DatasetAddition
{
    /// <summary>The dataset; begun when there is none of this name.</summary>
    public required string Name { get; init; }

    /// <summary>Where the rows are from.</summary>
    public required DatasetSource Source { get; init; }

    /// <summary>Under what licence they may be used; default empty: nobody said.</summary>
    public string Licence { get; init; } = "";

    /// <summary>Anything else; default empty. At most 10,000 characters.</summary>
    public string Note { get; init; } = "";

    /// <summary>Words to find it by; default none. At most 32 of 64 characters.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Who makes it; default empty: unknown.</summary>
    public string By { get; init; } = "";
}
