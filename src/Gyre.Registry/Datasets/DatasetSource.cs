namespace Gyre.Registry.Datasets;

/// <summary>Where the rows of a version are from.</summary>
/// <param name="Kind">What kind of thing made them.</param>
/// <param name="Name">The file, operation, generator or query, in words for a person.</param>
/// <param name="Facts">What is needed to make them again: digests, seeds, arguments.</param>
/// <param name="Parents">The versions they were made from, as <c>name@number</c>; none for what comes from outside.</param>
public sealed record DatasetSource(DatasetSourceKind Kind, string Name, IReadOnlyDictionary<string, string> Facts, IReadOnlyList<string> Parents)
{
    /// <summary>A file.</summary>
    /// <param name="name">Its name, without the folder: folders say more of a machine than of data.</param>
    /// <param name="sha256">SHA-256 of its bytes.</param>
    /// <param name="lengthBytes">Its length.</param>
    /// <param name="columns">How its columns became rows, where that was said.</param>
    public static DatasetSource FromFile(string name, string sha256, long lengthBytes, string columns = "") => new(
        DatasetSourceKind.File,
        name,
        new Dictionary<string, string>(StringComparer.Ordinal) { ["sha256"] = sha256, ["bytes"] = $"{lengthBytes}" }.With("columns", columns),
        []);

    /// <summary>Rows of versions that are here.</summary>
    /// <param name="operation"><c>split</c>, <c>filter</c>, <c>merge</c>, <c>sample</c>.</param>
    /// <param name="parents">The versions.</param>
    /// <param name="arguments">What the operation was told.</param>
    public static DatasetSource FromVersions(string operation, IReadOnlyList<DatasetVersion> parents, IReadOnlyDictionary<string, string> arguments) =>
        new(DatasetSourceKind.Version, operation, arguments, [.. parents.Select(parent => parent.Reference)]);

    /// <summary>A generator.</summary>
    /// <param name="name">The generator and its version.</param>
    /// <param name="seed">Its seed.</param>
    /// <param name="arguments">What else it was told.</param>
    public static DatasetSource FromGenerator(string name, ulong seed, IReadOnlyDictionary<string, string> arguments) =>
        new(DatasetSourceKind.Generator, name, new Dictionary<string, string>(arguments, StringComparer.Ordinal) { ["seed"] = $"{seed}" }, []);

    /// <summary>Requests that a server answered.</summary>
    /// <param name="query">Which ones.</param>
    /// <param name="arguments">The bounds in time and number.</param>
    public static DatasetSource FromTraces(string query, IReadOnlyDictionary<string, string> arguments) => new(DatasetSourceKind.Traces, query, arguments, []);

    /// <summary>What people said of outputs.</summary>
    /// <param name="queue">What they were asked to review.</param>
    /// <param name="arguments">The bounds in time and number.</param>
    public static DatasetSource FromReviews(string queue, IReadOnlyDictionary<string, string> arguments) => new(DatasetSourceKind.Reviews, queue, arguments, []);
}
