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

    public int NextId() => Interlocked.Increment(ref _lastId);

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
