using System.Collections.Concurrent;
using Gyre.Contracts;
using Gyre.Models;
using Gyre.Models.Catalog;
using Gyre.Models.Encoders;
using Gyre.Server.Hosting;
using Gyre.Server.Http;

namespace Gyre.Server.Catalog;

/// <summary>
/// The loaded models, each opened on first use and shared by every alias that refers to it, within a budget of memory:
/// when another one needs room, those go that nobody uses, the longest unused first.
/// </summary>
/// <remarks>Owns: the models, until disposed. A failed opening is tried again by the next request. Safe for several threads.</remarks>
internal sealed partial class ModelPool(
    DataFolder folder,
    AdapterCatalog adapters,
    string? defaultModel,
    Func<string, CancellationToken, Task<LanguageModel>> open,
    long maxBytes,
    ILogger<ModelPool> log) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, PooledModel> _models = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _paths = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ModelKind> _kinds = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Model, string Adapter), DateTime> _adapterTimes = new();
    private readonly ModelCatalog _catalog = new(folder.Models);
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _adapterTurn = new(1);
    private readonly SemaphoreSlim _room = new(1);
    private long _uses;

    /// <summary>The model of an alias, opened when it is not yet.</summary>
    public async Task<ModelLease> GetAsync(ModelAlias alias, CancellationToken cancellationToken)
    {
        var path = PathOf(alias);
        while (true)
        {
            var pooled = _models.GetOrAdd(path, Create);
            if (!pooled.TryUse(Interlocked.Increment(ref _uses)))
            {
                // It is being closed to make room; what comes next is another opening.
                _models.TryRemove(new KeyValuePair<string, PooledModel>(path, pooled));
                continue;
            }

            try
            {
                var model = await pooled.Opening.WaitAsync(cancellationToken);
                await LoadAdapterAsync(path, model, alias, cancellationToken);
                return new ModelLease(pooled, alias.Options.Adapter is { } adapter ? model.WithAdapter(adapter) : model);
            }
            catch (Exception error)
            {
                pooled.EndUse();
                if (pooled.Opening.IsFaulted || pooled.Opening.IsCanceled)
                {
                    _models.TryRemove(new KeyValuePair<string, PooledModel>(path, pooled));
                }

                if (error is not GyreException known)
                {
                    throw;
                }

                LogFailed(alias.Name, known.Message, known.Code);
                throw Unavailable(alias, known);
            }
        }
    }

    /// <summary>Where the model of an alias is; refuses an alias that refers to none.</summary>
    public string BaseOf(ModelAlias alias) => PathOf(alias);

    /// <summary>The model of an alias that can answer without loading first, or null; for a look, not for use.</summary>
    public LanguageModel? Find(ModelAlias alias) =>
        _paths.TryGetValue(alias.Model, out var path) && _models.TryGetValue(path, out var pooled) ? pooled.Model : null;

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

    /// <summary>Forgets an adapter that was added, and frees every model's of that name; what runs with it ends with it.</summary>
    public async Task UnloadAdapterAsync(string name, CancellationToken cancellationToken)
    {
        await _adapterTurn.WaitAsync(cancellationToken);
        try
        {
            adapters.Remove(name);
            foreach (var model in _models.Values.Select(pooled => pooled.Model).OfType<LanguageModel>())
            {
                if (model.AdapterHost.UnloadAdapter(name))
                {
                    LogUnloaded(name, model.Name);
                }
            }
        }
        finally
        {
            _adapterTurn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        foreach (var (path, pooled) in _models.Where(entry => entry.Value.HasBegun))
        {
            if (await OpenedAsync(path, pooled.Opening) is { } model)
            {
                await model.DisposeAsync();
            }
        }

        _models.Clear();
        _stopping.Dispose();
        _adapterTurn.Dispose();
        _room.Dispose();
    }

    /// <summary>Loads the alias's adapter when its model does not have it yet, or has one whose folder was replaced since.</summary>
    private async Task LoadAdapterAsync(string modelPath, LanguageModel model, ModelAlias alias, CancellationToken cancellationToken)
    {
        if (alias.Options.Adapter is not { } name || IsCurrent(modelPath, model, name))
        {
            return;
        }

        await _adapterTurn.WaitAsync(cancellationToken);
        try
        {
            if (!IsCurrent(modelPath, model, name))
            {
                var path = adapters.Find(name) ?? throw new ServerException(
                    "SRV0123",
                    $"Load the adapter '{name}': there is none of that name. Put its folder into 'adapters' of the data folder, or name it with --adapter.");
                var written = WrittenAt(path);
                model.AdapterHost.UnloadAdapter(name); // One that was replaced; what runs with it ends with it.
                await Task.Run(() => model.AdapterHost.LoadAdapter(name, path), cancellationToken);
                _adapterTimes[(modelPath, name)] = written;
                LogAdapter(name, model.Name);
            }
        }
        finally
        {
            _adapterTurn.Release();
        }
    }

    /// <summary>Whether a model has an adapter as it lies in its folder. One whose folder is gone stays as it is.</summary>
    private bool IsCurrent(string modelPath, LanguageModel model, string name) =>
        model.AdapterHost.Adapters.Contains(name)
        && (!_adapterTimes.TryGetValue((modelPath, name), out var written) || adapters.Find(name) is not { } path || WrittenAt(path) == written);

    private static DateTime WrittenAt(string path) => File.GetLastWriteTimeUtc(Path.Combine(path, AdapterCatalog.ConfigurationFile));

    private PooledModel Create(string path)
    {
        var bytes = BytesOf(path);
        return new PooledModel(path, bytes, () => Task.Run(() => OpenAsync(path, bytes)));
    }

    /// <summary>What a model's weights take; 0 when its files cannot be read, of which its opening tells.</summary>
    private static long BytesOf(string path)
    {
        try
        {
            return ModelFolder.Open(path).WeightBytes;
        }
        catch (Exception error) when (error is GyreException or IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    private async Task<LanguageModel> OpenAsync(string path, long bytes)
    {
        await _room.WaitAsync(CancellationToken.None); // Whoever opens at the moment is told to stop.
        try
        {
            await MakeRoomAsync(path, bytes);
            return await open(path, _stopping.Token);
        }
        finally
        {
            _room.Release();
        }
    }

    /// <summary>Closes unused models until another one fits. Openings take turns, so that no two count the same room.</summary>
    private async Task MakeRoomAsync(string path, long bytes)
    {
        while (true)
        {
            var others = _models.Values.Where(pooled => pooled.Path != path && pooled.Model is not null).OrderBy(pooled => pooled.LastUse).ToList();
            var taken = others.Sum(pooled => pooled.Bytes);
            if (taken + bytes <= maxBytes)
            {
                return;
            }

            if (bytes > maxBytes || others.Find(pooled => pooled.TryClose()) is not { } unused)
            {
                throw new ServerException(
                    "SRV0124",
                    $"Load the model '{path}': its weights take {bytes / 1048576.0:N0} MiB; expected at most {Math.Max(0, maxBytes - taken) / 1048576.0:N0} MiB, "
                    + $"because models may take {maxBytes / 1048576.0:N0} MiB and those that are answering take {taken / 1048576.0:N0} MiB. "
                    + (bytes > maxBytes ? "Allow models more memory with --model-memory, or use a smaller one." : "Try again when they are done, or allow models more memory with --model-memory."));
            }

            _models.TryRemove(new KeyValuePair<string, PooledModel>(unused.Path, unused));
            LogClosed(unused.Path, path);
            await unused.Opening.Result.DisposeAsync(); // Only an open model can be closed.
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

    [LoggerMessage(Level = LogLevel.Information, Message = "Adapter {Adapter} unloaded from {Model}.")]
    private partial void LogUnloaded(string adapter, string model);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Path} was unloaded to make room for {Other}.")]
    private partial void LogClosed(string path, string other);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Closing the models: {Path} had failed to open")]
    private partial void LogNeverOpened(Exception error, string path);
}
