namespace Gyre.Models.Architectures.Engine;

/// <summary>The pages of a source's keys and values, for cross-attention.</summary>
/// <remarks>Held by its reader's caller and by the sessions that look at it; the pages go with the last of them. Safe for several threads.</remarks>
internal sealed unsafe class EngineSource : IDecoderSource
{
    private readonly KeyValuePool _pool;
    private readonly KeyValuePage[] _pages;
    private readonly nint[] _addresses;
    private int _holders = 1;
    private int _disposed;

    /// <param name="decoder">The model's decoder.</param>
    /// <param name="pages">Pages of its own, for all tokens.</param>
    /// <param name="length">Tokens.</param>
    /// <param name="adapter">What it is read through, counted for it; null for the base alone.</param>
    public EngineSource(EngineDecoder decoder, KeyValuePage[] pages, int length, EngineAdapter? adapter)
    {
        (Decoder, _pool, _pages, Length, EngineAdapter) = (decoder, decoder.Pool, pages, length, adapter);
        _addresses = GC.AllocateUninitializedArray<nint>(pages.Length, pinned: true);
        for (var i = 0; i < pages.Length; i++)
        {
            _addresses[i] = pages[i].Address;
        }
    }

    public int Length { get; }

    public string? Adapter => EngineAdapter?.Name;

    /// <summary>What it is read through; null for the base alone.</summary>
    public EngineAdapter? EngineAdapter { get; }

    /// <summary>Tokens whose keys and values it has, those of its adapter's virtual tokens included.</summary>
    public int Cached => Length + (EngineAdapter?.SourceTokens ?? 0);

    public EngineDecoder Decoder { get; }

    public bool IsDisposed => Volatile.Read(ref _holders) == 0;

    /// <summary>The addresses of the pages; they stay where they are.</summary>
    public nint* Pages => (nint*)System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(_addresses, 0);

    /// <summary>A session begins to look at it.</summary>
    public void Hold()
    {
        int holders;
        do
        {
            holders = Volatile.Read(ref _holders);
            ObjectDisposedException.ThrowIf(holders == 0, this);
        }
        while (Interlocked.CompareExchange(ref _holders, holders + 1, holders) != holders);
    }

    /// <summary>A session looks at it no more.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _holders) > 0)
        {
            return;
        }

        foreach (var page in _pages)
        {
            _pool.Release(page);
        }

        if (EngineAdapter is not null)
        {
            Decoder.Release(EngineAdapter);
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            Release();
        }
    }
}
