using System.ComponentModel;
using Gyre.Registry.Datasets;

namespace Gyre.Server.Wire;

/// <summary>The datasets that are kept.</summary>
[Description("The datasets that are kept.")]
internal sealed record DatasetList
{
    [Description("By name.")]
    public required IReadOnlyList<DatasetCard> Data { get; init; }

    [Description("A dataset with its newest version.")]
    internal sealed record DatasetCard
    {
        [Description("Its name.")]
        public required string Name { get; init; }

        [Description("How many versions it has.")]
        public required int Versions { get; init; }

        [Description("Its labels with the numbers of their versions.")]
        public required IReadOnlyDictionary<string, long> Labels { get; init; }

        [Description("The newest version that is not deprecated, or the newest; null when all were deleted.")]
        public required DatasetVersionView? Latest { get; init; }

        public static DatasetCard Of(DatasetSummary dataset) => new()
        {
            Name = dataset.Name,
            Versions = dataset.Versions,
            Labels = dataset.Labels,
            Latest = dataset.Latest is { } latest ? DatasetVersionView.Of(latest) : null,
        };
    }
}
