namespace Gyre.Registry.Datasets;

/// <summary>A row that is not the same in two versions.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Before">Its canonical line in the version of before; null when it was not there.</param>
/// <param name="After">Its canonical line in the version of after; null when it is not there any more.</param>
public sealed record RowDifference(string Id, string? Before, string? After);
