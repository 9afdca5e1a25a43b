namespace Gyre.Models.Architectures.Engine;

/// <summary>A use of an adapter, which keeps it.</summary>
/// <param name="owner">The adapters that it is one of.</param>
/// <param name="adapter">The adapter, counted for this use.</param>
internal sealed class AdapterUse(EngineAdapters owner, EngineAdapter adapter) : IAdapterUse
{
    private int _disposed;

    public string Name => adapter.Name;

    public int VirtualTokens => adapter.PrefixTokens + adapter.SourceTokens;

    public EngineAdapters Owner => owner;

    public EngineAdapter Adapter => adapter;

    public bool IsDisposed => Volatile.Read(ref _disposed) != 0;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            owner.Release(adapter);
        }
    }
}
