using Gyre.Cli.Datasets;
using Gyre.Cli.Evaluation;
using Gyre.Registry.Datasets;
using Gyre.Training.Curation.Import;
using Gyre.Training.Curation.Pipeline;

namespace Gyre.Cli.Curation;

/// <summary>What a build of a dataset borrows: the registry of a data folder, and models loaded once each.</summary>
/// <remarks>Owns both.</remarks>
internal sealed class CurationServices(string dataFolder) : IVersionSource, IAsyncDisposable
{
    private ExperimentModels? _models;
    private CliDatasets? _datasets;

    public CliDatasets Datasets => _datasets ??= CliDatasets.Open(dataFolder);

    private ExperimentModels Models => _models ??= new ExperimentModels(dataFolder);

    public DatasetBuildServices ToServices(Action<string, long> progress) => new()
    {
        Versions = this,
        Likelihoods = async (name, cancellationToken) => await Models.LikelihoodsAsync(name, cancellationToken),
        Chats = async (name, cancellationToken) => (await Models.ChatAsync(name, adapter: null, cancellationToken)).Client,
        Progress = progress,
    };

    public async Task<VersionRows> OpenAsync(string reference, CancellationToken cancellationToken)
    {
        var version = await Datasets.Store.GetAsync(DatasetReference.Parse(reference), cancellationToken);
        var content = await Datasets.Store.OpenAsync(version, cancellationToken);
        return new VersionRows(version.Reference, version.Digest, version.Licence, content.Read());
    }

    public async ValueTask DisposeAsync()
    {
        _datasets?.Dispose();
        if (_models is not null)
        {
            await _models.DisposeAsync();
        }
    }
}
