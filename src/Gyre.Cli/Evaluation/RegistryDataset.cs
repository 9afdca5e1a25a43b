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

    public string Provenance => $"{Name} of the registry, from {DatasetText.Source(_content.Version.Source)}";

    /// <summary>Finds a version in a data folder. A deprecated one is used, because it was asked for, and that is told.</summary>
    public static async Task<RegistryDataset> OpenAsync(string dataFolder, string reference, TextWriter notes, CancellationToken cancellationToken)
    {
        using var datasets = CliDatasets.Open(dataFolder);
        var version = await datasets.Store.GetAsync(DatasetReference.Parse(reference), cancellationToken);
        if (version.Deprecation is { } reason)
        {
            await notes.WriteLineAsync($"gyre: {version.Reference} is deprecated: {DatasetText.Line(reason)}");
        }

        return new RegistryDataset(await datasets.Store.OpenAsync(version, cancellationToken));
    }

    public IEnumerable<DatasetRow> Read() => _content.ReadRows();
}
