using Gyre.Models;
using Gyre.Models.Architectures;
using Gyre.Models.Catalog;
using Gyre.Models.Encoders;
using Gyre.Models.Generation;
using Gyre.Models.Tokenizers;
using Gyre.Server.Catalog;
using Gyre.Tensors.Threading;

namespace Gyre.Cli;

/// <summary>Finds and loads the model a verb is asked to use: an alias, an installed name, a path, or the default that comes with Gyre.</summary>
internal sealed class CliModels : IDisposable
{
    /// <summary>The reference of the model that comes with Gyre.</summary>
    public const string Default = "default";

    private const string AdaptersFolder = "adapters";

    private const string BuiltInFolder = "models";

    private readonly string _dataFolder;
    private readonly ModelCatalog _catalog;
    private readonly ThreadTeam _team = new(Math.Clamp(Environment.ProcessorCount, 1, 64));
    private readonly ModelLoader _loader;
    private readonly EngineSettings? _settings;
    private IDecoder? _draft;

    /// <param name="dataFolder">Where installed models, adapters and aliases are.</param>
    /// <param name="settings">How engines use memory and batches; null for the usual way.</param>
    public CliModels(string dataFolder, EngineSettings? settings = null)
    {
        _dataFolder = dataFolder;
        _settings = settings;
        _catalog = new ModelCatalog(Path.Combine(dataFolder, "models"));
        _loader = LoaderOf(null);
    }

    public ModelCatalog Catalog => _catalog;

    /// <summary>The folder of the default model beside the executable; null when this build carries none.</summary>
    public static string? DefaultPath => BuiltInPath(Default);

    /// <summary>The models that come with Gyre, the default one first: their names and folders beside the executable.</summary>
    public static IReadOnlyList<(string Name, string Path)> BuiltIn
    {
        get
        {
            var folder = Path.Combine(AppContext.BaseDirectory, BuiltInFolder);
            return Directory.Exists(folder)
                ? [.. Directory.GetDirectories(folder).Select(path => (Path.GetFileName(path), path)).OrderBy(model => model.Item1 != Default).ThenBy(model => model.Item1, StringComparer.Ordinal)]
                : [];
        }
    }

    /// <summary>The alias of that name in the data folder's alias file; null when it is none, or when a path of that name exists.</summary>
    public AliasLookup? FindAlias(string reference) =>
        reference != Default && Path.Exists(reference) ? null : AliasLookup.Find(_dataFolder, reference, TimeProvider.System);

    public async Task<LanguageModel> LoadAsync(string reference, CancellationToken cancellationToken)
    {
        var alias = FindAlias(reference);
        var folder = Resolve(alias?.Model ?? reference);
        var model = await _loader.LoadAsync(folder, alias?.Name ?? (reference == Default ? Default : NameOf(folder)), cancellationToken);
        try
        {
            if (alias?.Options.Adapter is { } adapter)
            {
                await Task.Run(() => model.AdapterHost.LoadAdapter(adapter, Path.Combine(_dataFolder, AdaptersFolder, adapter)), cancellationToken);
            }

            return model;
        }
        catch
        {
            await model.DisposeAsync();
            throw;
        }
    }

    /// <summary>Loads an adapter beside a model: NAME=DIR, a folder, or the name of one in the data folder.</summary>
    /// <returns>Its name.</returns>
    public async Task<string> LoadAdapterAsync(LanguageModel model, string reference, CancellationToken cancellationToken)
    {
        var (name, path) = AdapterOf(reference);
        if (!model.AdapterHost.Adapters.Contains(name))
        {
            await Task.Run(() => model.AdapterHost.LoadAdapter(name, path), cancellationToken);
        }

        return name;
    }

    /// <summary>The name and the folder of an adapter given as NAME=DIR, as a folder, or by its name in the data folder.</summary>
    public (string Name, string Path) AdapterOf(string reference)
    {
        var at = reference.IndexOf('=', StringComparison.Ordinal);
        if (at >= 0)
        {
            return at > 0 && at < reference.Length - 1
                ? (reference[..at], reference[(at + 1)..])
                : throw new CliException("CLI0002", $"--adapter is '{reference}'; expected NAME=DIR, a folder, or the name of an adapter in the data folder.");
        }

        return Directory.Exists(reference)
            ? (Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(reference))), reference)
            : (reference, Path.Combine(_dataFolder, AdaptersFolder, reference));
    }

    /// <summary>A digest of an adapter's files: what it does to answers.</summary>
    public static string AdapterDigest(string folder)
    {
        var parts = Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal).SelectMany(path =>
        {
            using var stream = File.OpenRead(path);
            return new[] { Path.GetFileName(path), Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(stream)) };
        });
        return Gyre.Evaluation.Replies.ReplyKey.Of([.. parts]).ToString();
    }

    /// <summary>Loads a model by its path, named after it.</summary>
    public Task<LanguageModel> OpenAsync(string path, CancellationToken cancellationToken)
    {
        var folder = ModelFolder.Open(path);
        return LoaderFor(path).LoadAsync(folder, path == DefaultPath ? Default : NameOf(folder), cancellationToken);
    }

    /// <summary>The first layers of an encoder.</summary>
    public TokenVectorEncoder LoadTokenVectors(string reference, int? layer) =>
        TokenVectorEncoder.Load(Resolve(reference), reference, new EncoderOptions { Team = _team }, layer, cutsLongTexts: true);

    public ITokenizer LoadTokenizer(string reference)
    {
        reference = FindAlias(reference)?.Model ?? reference;

        // A tokenizer may stand alone, without weights that the catalogue would ask for.
        var installed = Path.Combine(_catalog.ModelsFolder, reference);
        return ModelLoader.LoadTokenizer(Path.Exists(installed) ? installed : reference != Default && Path.Exists(reference) ? reference : Resolve(reference).Path);
    }

    public ModelFolder Resolve(string reference)
    {
        // An installed model of that name comes first; a path of that name too, except that "default" always is a model.
        var isTaken = Path.Exists(Path.Combine(_catalog.ModelsFolder, reference)) || (reference != Default && Path.Exists(reference));
        return !isTaken && BuiltInPath(reference) is { } built ? ModelFolder.Open(built) : _catalog.Resolve(reference);
    }

    public void Dispose()
    {
        _draft?.Dispose();
        _team.Dispose();
    }

    /// <summary>The loader of a model; that of the one that another drafts for knows the other.</summary>
    private ModelLoader LoaderFor(string path)
    {
        if (_settings is not { Draft: { } draft } || Path.GetFullPath(path) != _settings.DraftFor)
        {
            return _loader;
        }

        _draft ??= ModelLoader.LoadDecoder(Resolve(draft), new DecoderOptions { Team = _team });
        return LoaderOf(_draft);
    }

    private ModelLoader LoaderOf(IDecoder? draft)
    {
        var engine = new TextGeneratorOptions { DraftDecoder = draft };
        return _settings is null
            ? new ModelLoader(_team, TimeProvider.System, engine)
            : new ModelLoader(
                _team,
                TimeProvider.System,
                engine with { MaxActive = _settings.MaxActive ?? engine.MaxActive },
                new DecoderOptions { Team = _team, CacheFormat = _settings.CacheFormat, CacheBytes = _settings.CacheBytes }) { WarmsUp = _settings.WarmsUp };
    }

    private static string? BuiltInPath(string name) => BuiltIn.FirstOrDefault(model => model.Name == name).Path;

    private static string NameOf(ModelFolder folder) => Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(folder.Path));
}
