namespace Gyre.Registry.Datasets;

/// <summary>A dataset in a list.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Versions">How many versions it has.</param>
/// <param name="Latest">The newest that is not deprecated, or the newest when all are; null when all were deleted.</param>
/// <param name="Labels">Its labels with the numbers of their versions.</param>
public sealed record DatasetSummary(string Name, int Versions, DatasetVersion? Latest, IReadOnlyDictionary<string, long> Labels);
