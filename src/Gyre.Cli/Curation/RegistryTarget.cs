using Gyre.Cli.Datasets;
using Gyre.Registry;
using Gyre.Registry.Datasets;
using Gyre.Training.Curation.Ingestion;

namespace Gyre.Cli.Curation;

/// <summary>A dataset of the registry that grows by a version with each flush.</summary>
internal sealed class RegistryTarget(DatasetStore store, string name, string source, string licence) : IIngestionTarget
{
    public async Task<IEnumerable<ReadOnlyMemory<byte>>> ReadAsync(CancellationToken cancellationToken) =>
        await NewestAsync(cancellationToken) is { } version ? (await store.OpenAsync(version, cancellationToken)).Read() : [];

    public async Task<string> AppendAsync(IEnumerable<ReadOnlyMemory<byte>> lines, long added, CancellationToken cancellationToken)
    {
        var newest = await NewestAsync(cancellationToken);
        IEnumerable<ReadOnlyMemory<byte>> before = newest is null ? [] : (await store.OpenAsync(newest, cancellationToken)).Read();
        var result = await store.AddAsync(
            new DatasetAddition
            {
                Name = name,
                Source = new DatasetSource(DatasetSourceKind.File, source, new Dictionary<string, string>(StringComparer.Ordinal) { ["ingested"] = $"{added}" }, newest is null ? [] : [newest.Reference]),
                Licence = newest is null || newest.Licence == licence ? licence : newest.Licence.Length == 0 ? licence : licence.Length == 0 || newest.Licence.Split(", ").Contains(licence, StringComparer.Ordinal) ? newest.Licence : $"{newest.Licence}, {licence}",
                Tags = ["ingested"],
                By = CliDatasets.By,
            },
            before.Concat(lines),
            cancellationToken);
        return result.Version.Reference;
    }

    private async Task<DatasetVersion?> NewestAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await store.GetAsync(new DatasetReference(name), cancellationToken);
        }
        catch (RegistryException absent) when (absent.Code == "REG0004")
        {
            return null;
        }
    }
}
