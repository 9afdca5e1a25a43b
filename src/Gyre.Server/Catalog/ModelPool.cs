using System.Collections.Concurrent;
using Gyre.Contracts;
using Gyre.Models;
using Gyre.Server.Hosting;
using Gyre.Server.Http;

namespace Gyre.Server.Catalog;

/// <summary>The loaded models, each opened once, on first use, and shared by every alias that refers to it.</summary>
/// <remarks>Owns: the models, until disposed. A failed opening is tried again by the next request. Safe for several threads.</remarks>
internal sealed partial class ModelPool(
    string modelsFolder,
    string? defaultModel,
    Func<string, CancellationToken, Task<LanguageModel>> open,
    ILogger<ModelPool> log) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<Task<LanguageModel>>> _models = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>The model of an alias, opened when it is not yet.</summary>
    public async Task<LanguageModel> GetAsync(ModelAlias alias, CancellationToken cancellationToken)
    {
        var path = Resolve(alias);
        var opening = _models.GetOrAdd(path, key => new Lazy<Task<LanguageModel>>(() => Task.Run(() => open(key, _stopping.Token))));
        try
        {
            return await opening.Value.WaitAsync(cancellationToken);
        }
        catch (GyreException error)
        {
            LogFailed(alias.Name, error.Message, error.Code);
            throw new ApiException(
                StatusCodes.Status503ServiceUnavailable,
                ErrorTypes.Server,
                error.Code,
                $"The model of '{alias.Name}' cannot be loaded: {error.Message} ({error.Code})",
                "model",
                error);
        }
        finally
        {
            if (opening.Value.IsFaulted || opening.Value.IsCanceled)
            {
                _models.TryRemove(new KeyValuePair<string, Lazy<Task<LanguageModel>>>(path, opening));
            }
        }
    }

    /// <summary>True when an alias can answer without loading first.</summary>
    public bool IsLoaded(ModelAlias alias) =>
        TryResolve(alias) is { } path && _models.TryGetValue(path, out var opening) && opening is { IsValueCreated: true, Value.IsCompletedSuccessfully: true };

    /// <summary>The loaded model of an alias, or null.</summary>
    public LanguageModel? Find(ModelAlias alias) => IsLoaded(alias) ? _models[TryResolve(alias)!].Value.Result : null; // IsLoaded: the path resolves and the task is done.

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        foreach (var opening in _models.Values.Where(opening => opening.IsValueCreated))
        {
            try
            {
                await (await opening.Value).DisposeAsync();
            }
            catch (Exception error) when (error is GyreException or OperationCanceledException)
            {
                // It never opened, so there is nothing to close; the request that asked for it was told.
            }
        }

        _models.Clear();
        _stopping.Dispose();
    }

    private string Resolve(ModelAlias alias) => TryResolve(alias) ?? throw new ApiException(
        StatusCodes.Status503ServiceUnavailable,
        ErrorTypes.Server,
        "SRV0121",
        alias.Model == "default"
            ? $"The model of '{alias.Name}' cannot be loaded: there is no default model. Set 'model' in aliases.yaml to the path of one."
            : $"The model of '{alias.Name}' cannot be loaded: '{alias.Model}' is neither a path nor in '{modelsFolder}'. Fetch it with 'gyre pull', or correct 'model' in aliases.yaml.",
        "model");

    private string? TryResolve(ModelAlias alias)
    {
        if (alias.Model == "default")
        {
            return defaultModel;
        }

        var kept = Path.GetFullPath(Path.Combine(modelsFolder, alias.Model));
        return Path.Exists(kept) ? kept : null;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Loading the model of alias {Alias} failed: {Message} ({Code})")]
    private partial void LogFailed(string alias, string message, string code);
}
