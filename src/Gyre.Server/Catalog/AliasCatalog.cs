using Gyre.Server.Hosting;
using Gyre.Server.Http;

namespace Gyre.Server.Catalog;

/// <summary>The aliases in force; follows the alias file while the server runs.</summary>
/// <remarks>
/// The file is created on first start. A changed file is read within a second; one with faults changes nothing, is
/// logged once, and is reported by <see cref="Fault"/> until it is mended. Safe for several threads.
/// </remarks>
internal sealed partial class AliasCatalog : IAsyncDisposable
{
    /// <summary>Names listed for one that does not exist, the nearest first.</summary>
    private const int NamedModels = 20;

    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    private readonly string _path;
    private readonly TimeProvider _clock;
    private readonly ILogger<AliasCatalog> _log;
    private readonly AdapterCatalog _adapters;
    private readonly CancellationTokenSource _stopping = new();
    private (DateTime WrittenUtc, long Length) _seen;
    private volatile AliasSet _current;
    private volatile ServerException? _fault;
    private Task _watching = Task.CompletedTask;

    /// <summary>Reads the file, which must be free of faults at the start.</summary>
    public AliasCatalog(string path, AdapterCatalog adapters, TimeProvider clock, ILogger<AliasCatalog> log)
    {
        _adapters = adapters;
        _path = path;
        _clock = clock;
        _log = log;
        if (!File.Exists(path))
        {
            CreateFile(path);
        }

        _seen = Stamp();
        _current = AliasFile.Read(path, clock.GetUtcNow());
    }

    /// <summary>The aliases in force.</summary>
    public AliasSet Current => _current;

    /// <summary>What is wrong with the file as it stands now; null when it is in force.</summary>
    public ServerException? Fault => _fault;

    public string Path => _path;

    /// <summary>Begins to follow the file.</summary>
    public void Watch() => _watching = WatchAsync();

    /// <summary>Adapters whose names no alias has, as aliases.</summary>
    public IReadOnlyList<ModelAlias> Adapters
    {
        get
        {
            var current = _current;
            return [.. _adapters.Names.Where(name => !current.TryGet(name, out _)).Select(name => current.AdapterAlias(name, _adapters.ParentOf(name))).OfType<ModelAlias>()];
        }
    }

    /// <summary>The alias whose model a name's adapter belongs to; null for the name of an alias.</summary>
    public string? ParentOf(string name) => _current.TryGet(name, out _) ? null : _adapters.ParentOf(name) ?? _current.DefaultName;

    /// <summary>The alias of a request, or an adapter as an alias of its model; refuses a name that is neither.</summary>
    public ModelAlias Resolve(string name)
    {
        var current = _current;
        if (current.TryGet(name, out var alias))
        {
            return alias;
        }

        if (_adapters.Find(name) is not null && current.AdapterAlias(name, _adapters.ParentOf(name)) is { } adapted)
        {
            return adapted;
        }

        var nearest = AdapterCatalog.Nearest(name, current.Aliases.Select(known => known.Name).Concat(_adapters.Names), NamedModels);
        throw new ApiException(
            StatusCodes.Status404NotFound,
            ErrorTypes.InvalidRequest,
            "model_not_found",
            $"The model '{(name.Length <= 80 ? name : name[..80] + "…")}' does not exist; expected one of: {string.Join(", ", nearest)}. GET /v1/models lists them; {System.IO.Path.GetFileName(_path)} in the data folder defines them. (SRV0120)",
            "model");
    }

    /// <summary>Reads the file again if it changed since it was read last.</summary>
    public void Refresh()
    {
        var stamp = Stamp();
        if (stamp == _seen)
        {
            return;
        }

        _seen = stamp;
        try
        {
            _current = AliasFile.Read(_path, _clock.GetUtcNow());
            _fault = null;
            LogReloaded(_current.Aliases.Count, _path);
        }
        catch (ServerException error)
        {
            _fault = error;
            LogKept(error.Message, error.Code);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _watching;
        _stopping.Dispose();
    }

    private async Task WatchAsync()
    {
        using var timer = new PeriodicTimer(PollInterval, _clock);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token))
            {
                Refresh();
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    private (DateTime WrittenUtc, long Length) Stamp()
    {
        var file = new FileInfo(_path);
        return file.Exists ? (file.LastWriteTimeUtc, file.Length) : default;
    }

    private static void CreateFile(string path)
    {
        try
        {
            File.WriteAllText(path, AliasFile.FirstText);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ServerException("SRV0003", $"Starting the server failed: '{path}' cannot be written ({error.Message}). Check that the disk has space and is not read-only, or choose another folder with --data.", error);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Aliases reloaded: {Count} from {Path}.")]
    private partial void LogReloaded(int count, string path);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The aliases read before stay in force. {Message} ({Code})")]
    private partial void LogKept(string message, string code);
}
