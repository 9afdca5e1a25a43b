using Gyre.Cli.Datasets;
using Gyre.Contracts;
using Gyre.Evaluation.Datasets;
using Gyre.Registry.Datasets;

namespace Gyre.Cli.Evaluation;

/// <summary>A version of the registry, as experiments read it; it has the digest that the registry shows.</summary>
internal sealed class RegistryDataset : IDataset
{
    private readonly DatasetContent _content;

    private RegistryDataset(DatasetContent content) => _content = content;

    public string Name => _content.Version.Reference;

    public string Digest => _content.Version.Digest;

    public int Count => checked((int)_content.Version.Rows);

    /// <summary>A deprecated version is used, because it was asked for; the report tells it here.</summary>
    public string Provenance =>
        $"{Name} of the registry, from {DatasetText.Source(_content.Version.Source)}{(_content.Version.Deprecation is { } reason ? $"; deprecated: {DatasetText.Line(reason)}" : "")}";

    public static async Task<RegistryDataset> OpenAsync(string dataFolder, string reference, CancellationToken cancellationToken)
    {
        using var datasets = CliDatasets.Open(dataFolder);
        var version = await datasets.Store.GetAsync(DatasetReference.Parse(reference), cancellationToken);
        return new RegistryDataset(await datasets.Store.OpenAsync(version, cancellationToken));
    }

    public IEnumerable<DatasetRow> Read() => _content.ReadRows();
}
