using System.Collections.Concurrent;
using Gyre.Contracts;
using Gyre.Models;
using Gyre.Models.Catalog;
using Gyre.Models.Encoders;
using Gyre.Server.Hosting;
using Gyre.Server.Http;

namespace Gyre.Server.Catalog;

/// <summary>The loaded models, each opened once, on first use, and shared by every alias that refers to it.</summary>
/// <remarks>Owns: the models, until disposed. A failed opening is tried again by the next request. Safe for several threads.</remarks>
internal sealed partial class ModelPool(
    DataFolder folder,
    AdapterCatalog adapters,
    string? defaultModel,
    Func<string, CancellationToken, Task<LanguageModel>> open,
    ILogger<ModelPool> log) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<Task<LanguageModel>>> _models = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _paths = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ModelKind> _kinds = new(StringComparer.Ordinal);
    private readonly ModelCatalog _catalog = new(folder.Models);
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _adapterTurn = new(1);

    /// <summary>The model of an alias, opened when it is not yet.</summary>
    public async Task<LanguageModel> GetAsync(ModelAlias alias, CancellationToken cancellationToken)
    {
        var path = PathOf(alias);
        var opening = _models.GetOrAdd(path, key => new Lazy<Task<LanguageModel>>(() => Task.Run(() => open(key, _stopping.Token))));
        try
        {
            var model = await opening.Value.WaitAsync(cancellationToken);
            await LoadAdapterAsync(model, alias, cancellationToken);
            return model;
        }
        catch (GyreException error)
        {
            LogFailed(alias.Name, error.Message, error.Code);
            throw Unavailable(alias, error);
        }
        finally
        {
            if (opening.Value.IsFaulted || opening.Value.IsCanceled)
            {
                _models.TryRemove(new KeyValuePair<string, Lazy<Task<LanguageModel>>>(path, opening));
            }
        }
    }

    /// <summary>The model of an alias that can answer without loading first, or null.</summary>
    public LanguageModel? Find(ModelAlias alias) =>
        _paths.TryGetValue(alias.Model, out var path)
        && _models.TryGetValue(path, out var opening)
        && opening is { IsValueCreated: true, Value: { IsCompletedSuccessfully: true } task } ? task.Result : null;

    /// <summary>What the model of an alias is for; null when its files cannot be read. Reads a model's configuration once.</summary>
    public ModelKind? KindOf(ModelAlias alias)
    {
        if (Find(alias) is { } loaded)
        {
            return loaded.Kind;
        }

        try
        {
            return _kinds.GetOrAdd(PathOf(alias), path => EncoderModel.KindOf(ModelFolder.Open(path)));
        }
        catch (Exception error) when (error is GyreException or ApiException)
        {
            return null; // Loading it tells what is wrong.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        foreach (var (path, opening) in _models.Where(entry => entry.Value.IsValueCreated))
        {
            if (await OpenedAsync(path, opening.Value) is { } model)
            {
                await model.DisposeAsync();
            }
        }

        _models.Clear();
        _stopping.Dispose();
        _adapterTurn.Dispose();
    }

    /// <summary>Loads the alias's adapter when its model does not have it yet.</summary>
    private async Task LoadAdapterAsync(LanguageModel model, ModelAlias alias, CancellationToken cancellationToken)
    {
        if (alias.Options.Adapter is not { } name || model.Decoder.Adapters.Contains(name))
        {
            return;
        }

        await _adapterTurn.WaitAsync(cancellationToken);
        try
        {
            if (!model.Decoder.Adapters.Contains(name))
            {
                var path = adapters.Find(name) ?? throw new ServerException(
                    "SRV0123",
                    $"Load the adapter '{name}': there is none of that name. Put its folder into 'adapters' of the data folder, or name it with --adapter.");
                await Task.Run(() => model.Decoder.LoadAdapter(name, path), cancellationToken);
                LogAdapter(name, model.Name);
            }
        }
        finally
        {
            _adapterTurn.Release();
        }
    }

    /// <summary>The model of an opening once it has ended; null when it never opened, so that there is nothing to close.</summary>
    private async Task<LanguageModel?> OpenedAsync(string path, Task<LanguageModel> opening)
    {
        try
        {
            return await opening;
        }
        catch (OperationCanceledException)
        {
            return null; // This pool's own stopping.
        }
        catch (Exception error)
        {
            LogNeverOpened(error, path);
            return null;
        }
    }

    /// <summary>Where an alias's model is; looked up once, as long as it is found.</summary>
    private string PathOf(ModelAlias alias)
    {
        if (_paths.TryGetValue(alias.Model, out var known))
        {
            return known;
        }

        try
        {
            return _paths.GetOrAdd(alias.Model, Path.GetFullPath(Resolve(alias)));
        }
        catch (ModelException error)
        {
            throw Unavailable(alias, error);
        }
    }

    private string Resolve(ModelAlias alias)
    {
        if (alias.Model == "default")
        {
            return defaultModel ?? throw new ApiException(
                StatusCodes.Status503ServiceUnavailable,
                ErrorTypes.Server,
                "SRV0121",
                $"The model of '{alias.Name}' cannot be loaded: there is no default model. Set 'model' in aliases.yaml to the path of one.",
                "model");
        }

        return _catalog.Resolve(alias.ModelIn(folder.Path)).Path;
    }

    private static ApiException Unavailable(ModelAlias alias, GyreException error) => new(
        StatusCodes.Status503ServiceUnavailable,
        ErrorTypes.Server,
        error.Code,
        $"The model of '{alias.Name}' cannot be loaded: {error.Message} ({error.Code})",
        "model",
        error);

    [LoggerMessage(Level = LogLevel.Error, Message = "Loading the model of alias {Alias} failed: {Message} ({Code})")]
    private partial void LogFailed(string alias, string message, string code);

    [LoggerMessage(Level = LogLevel.Information, Message = "Adapter {Adapter} loaded beside {Model}.")]
    private partial void LogAdapter(string adapter, string model);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Closing the models: {Path} had failed to open")]
    private partial void LogNeverOpened(Exception error, string path);
}
