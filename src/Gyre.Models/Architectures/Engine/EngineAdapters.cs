using Gyre.Models.Adapters;

namespace Gyre.Models.Architectures.Engine;

/// <summary>The adapters that a model has, and who uses them: one that is unloaded stays until its last session ends.</summary>
/// <remarks>Owns: the adapters. Safe for several threads.</remarks>
/// <param name="mostCount">The most adapters.</param>
/// <param name="mostBytes">The most memory of all of them, those included that only wait for their last session.</param>
/// <param name="released">Called with the id of an adapter that is gone.</param>
internal sealed class EngineAdapters(int mostCount, long mostBytes, Action<int> released) : IDisposable
{
    private readonly Dictionary<string, EngineAdapter> _named = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private long _lengthBytes;
    private int _lastId;

    /// <summary>Their names, sorted.</summary>
    public IReadOnlyList<string> Names
    {
        get
        {
            lock (_gate)
            {
                return [.. _named.Keys.Order(StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>Memory that is left for another.</summary>
    public long FreeBytes
    {
        get
        {
            lock (_gate)
            {
                return mostBytes - _lengthBytes;
            }
        }
    }

    private int NextId() => Interlocked.Increment(ref _lastId);

    /// <summary>Refuses a name that is taken, or one more than there may be.</summary>
    public void RequireRoom(string name)
    {
        lock (_gate)
        {
            Require(name);
        }
    }

    public void Add(EngineAdapter adapter)
    {
        lock (_gate)
        {
            Require(adapter.Name);
            if (_lengthBytes + adapter.LengthBytes > mostBytes)
            {
                throw new ModelException(
                    "RUN0424",
                    $"Load adapter '{adapter.Name}': it takes {adapter.LengthBytes:N0} bytes; {mostBytes - _lengthBytes:N0} are left for adapters. Unload others, or allow adapters more memory.");
            }

            _named.Add(adapter.Name, adapter);
            _lengthBytes += adapter.LengthBytes;
        }
    }

    /// <summary>Reads an adapter for a base; it is not yet one of these.</summary>
    /// <param name="name">What requests shall call it.</param>
    /// <param name="adapter">An adapter that changes modules.</param>
    /// <param name="architecture">The base.</param>
    /// <param name="weights">The base's weights.</param>
    /// <param name="sharedInputs">The indexes of the weights that are multiplied with one input.</param>
    /// <remarks>Owns: the caller disposes it, unless it is added. Errors: those of <see cref="AdapterBinding"/> and <see cref="EngineAdapterBuilder.Fill"/>.</remarks>
    public EngineAdapter Read(string name, PeftAdapter adapter, IArchitecture architecture, EngineWeights weights, IReadOnlyList<int[]> sharedInputs)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        RequireRoom(name);
        if (adapter.Configuration.IsSoftPrompt)
        {
            throw AdapterErrors.Unsupported([$"{adapter.Configuration.VirtualTokens} virtual tokens for a model that takes none;"], adapter.Place);
        }

        var changes = AdapterBinding.Resolve(adapter, architecture);
        var loaded = Create(name, weights);
        try
        {
            EngineAdapterBuilder.Fill(loaded, changes, weights, sharedInputs, adapter.Place);
            return loaded;
        }
        catch
        {
            loaded.Dispose();
            throw;
        }
    }

    /// <summary>An adapter without numbers.</summary>
    public EngineAdapter Create(string name, EngineWeights weights) => new(NextId(), name, weights.Count, FreeBytes);

    /// <summary>Begins to use an adapter.</summary>
    public AdapterUse Use(string name) => new(this, Take(name));

    /// <summary>The adapter of a use.</summary>
    public EngineAdapter Of(IAdapterUse use)
    {
        if (use is not AdapterUse own || own.Owner != this)
        {
            throw new ArgumentException("Use an adapter: expected one of this model's.", nameof(use));
        }

        ObjectDisposedException.ThrowIf(own.IsDisposed, own);
        return own.Adapter;
    }

    /// <summary>One more session of an adapter that is in use.</summary>
    public EngineAdapter Share(IAdapterUse use) => Share(Of(use));

    /// <summary>One more session of an adapter that is in use.</summary>
    public EngineAdapter Share(EngineAdapter adapter)
    {
        lock (_gate)
        {
            adapter.Users++;
            return adapter;
        }
    }

    /// <summary>An adapter for one more session.</summary>
    /// <remarks>Errors: <see cref="ModelException"/> <c>RUN0423</c> for a name that is not loaded.</remarks>
    public EngineAdapter Take(string name)
    {
        lock (_gate)
        {
            if (!_named.TryGetValue(name, out var adapter))
            {
                throw AdapterErrors.Unknown(name, _named.Keys);
            }

            adapter.Users++;
            return adapter;
        }
    }

    /// <summary>Ends a session's use.</summary>
    public void Release(EngineAdapter adapter)
    {
        lock (_gate)
        {
            adapter.Users--;
            FreeUnused(adapter);
        }
    }

    /// <summary>Lets no new session use an adapter; false when there is none of that name.</summary>
    public bool Remove(string name)
    {
        lock (_gate)
        {
            if (!_named.Remove(name, out var adapter))
            {
                return false;
            }

            adapter.IsRemoved = true;
            FreeUnused(adapter);
            return true;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var adapter in _named.Values)
            {
                adapter.Dispose();
            }

            _named.Clear();
        }
    }

    private void Require(string name)
    {
        if (_named.ContainsKey(name))
        {
            throw new ModelException("RUN0424", $"Load adapter '{name}': found one of that name loaded already; expected a new name. Unload it first, or choose another name.");
        }

        if (_named.Count >= mostCount)
        {
            throw new ModelException("RUN0424", $"Load adapter '{name}': {_named.Count} adapters are loaded, which is this model's limit. Unload others, or allow more.");
        }
    }

    private void FreeUnused(EngineAdapter adapter)
    {
        if (adapter.IsRemoved && adapter.Users == 0)
        {
            adapter.Dispose();
            _lengthBytes -= adapter.LengthBytes;
            released(adapter.Id);
        }
    }
}
