namespace Gyre.Registry.Datasets;

/// <summary>Some rows of a version.</summary>
/// <param name="Rows">The rows with their numbers, from 0, as canonical JSON.</param>
/// <param name="Next">Where the next part begins; null at the end. After a search that found little, the part may be short and still have a next one.</param>
public sealed record DatasetRowPage(IReadOnlyList<(long Number, ReadOnlyMemory<byte> Json)> Rows, long? Next);
