using System.ComponentModel;

namespace Gyre.Server.Wire;

/// <summary>A dataset's versions.</summary>
[Description("A dataset's versions.")]
internal sealed record DatasetVersionList
{
    [Description("The dataset.")]
    public required string Name { get; init; }

    [Description("Newest first.")]
    public required IReadOnlyList<DatasetVersionView> Data { get; init; }
}
