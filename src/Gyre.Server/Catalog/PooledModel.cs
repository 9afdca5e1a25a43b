using Gyre.Models;

namespace Gyre.Server.Catalog;

/// <summary>One model of the pool: its opening, who uses it and when it was used last.</summary>
/// <param name="path">Where it is.</param>
/// <param name="bytes">What its weights take.</param>
/// <param name="open">Opens it; called once.</param>
internal sealed class PooledModel(string path, long bytes, Func<Task<LanguageModel>> open)
{
    private readonly Lock _gate = new();
    private readonly Lazy<Task<LanguageModel>> _opening = new(open);
    private int _users;
    private bool _isClosed;

    public string Path => path;

    public long Bytes => bytes;

    /// <summary>When it was asked for last, in the pool's count of requests.</summary>
    public long LastUse { get; private set; }

    /// <summary>The opening, begun now when it has not been.</summary>
    public Task<LanguageModel> Opening => _opening.Value;

    /// <summary>Whether somebody has asked for it to be opened.</summary>
    public bool HasBegun => _opening.IsValueCreated;

    /// <summary>The model once it is open; null before and when it failed to open.</summary>
    public LanguageModel? Model => HasBegun && Opening.IsCompletedSuccessfully ? Opening.Result : null;

    /// <summary>Counts a user; false when the pool is closing it.</summary>
    public bool TryUse(long now)
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return false;
            }

            LastUse = now;
            _users++;
            return true;
        }
    }

    public void EndUse()
    {
        lock (_gate)
        {
            _users--;
        }
    }

    /// <summary>Lets nobody use it any more, when it is open and nobody does.</summary>
    public bool TryClose()
    {
        lock (_gate)
        {
            if (_isClosed || _users > 0 || Model is not { IsIdle: true })
            {
                return false;
            }

            _isClosed = true;
            return true;
        }
    }
}
