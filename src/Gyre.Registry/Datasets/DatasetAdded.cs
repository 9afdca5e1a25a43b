namespace Gyre.Registry.Datasets;

/// <summary>The version that rows are now kept as.</summary>
/// <param name="Version">The version.</param>
/// <param name="IsNew">False when the dataset had these very rows already: nothing was added, and what was said of them then stands.</param>
public sealed record DatasetAdded(DatasetVersion Version, bool IsNew);
