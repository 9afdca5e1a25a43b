namespace Gyre.Registry.Datasets;

/// <summary>A version and what it was made from, up to where the rows came in.</summary>
/// <param name="Version">The version.</param>
/// <param name="Parents">What it was made from, in order; empty for rows from outside.</param>
public sealed record DatasetLineage(DatasetVersion Version, IReadOnlyList<DatasetLineage> Parents);
