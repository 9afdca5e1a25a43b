using Gyre.Tensors.Quantization;

namespace Gyre.Models.Architectures.Engine;

/// <summary>One sequence: the pages of its keys and values, and how far it has come.</summary>
/// <remarks>
/// Pages are taken as the sequence grows. A page that others hold too is copied before this sequence writes to it.
/// </remarks>
internal sealed unsafe class EngineSession : IDecoderSession
{
    private readonly EngineDecoder _decoder;
    private readonly KeyValuePool _pool;
    private readonly PrefixCache? _prefixes;
    private readonly KeyValuePage?[] _pages;
    private readonly nint[] _addresses;
    private EngineSource? _source;
    private readonly int _virtual;
    private int _pageCount;
    private float[] _logits = [];
    private bool _disposed;

    /// <param name="decoder">The model.</param>
    /// <param name="capacity">The most tokens.</param>
    /// <param name="prefixes">Where beginnings are found and kept; null when they cannot be shared.</param>
    /// <param name="adapter">What changes the model; taken for this session, null for none.</param>
    /// <param name="source">What its cross-attention looks at; null for a model without.</param>
    public EngineSession(EngineDecoder decoder, int capacity, PrefixCache? prefixes, EngineAdapter? adapter = null, EngineSource? source = null)
    {
        Adapter = adapter;
        source?.Hold();
        _source = source;
        _decoder = decoder;
        _pool = decoder.Pool;
        _prefixes = prefixes;
        Capacity = capacity;
        _virtual = adapter?.PrefixTokens ?? 0;
        _pages = new KeyValuePage?[KeyValuePool.PagesFor(capacity + _virtual)];
        _addresses = GC.AllocateUninitializedArray<nint>(_pages.Length, pinned: true);
        TakeVirtual();
    }

    public int Position => Cached - _virtual;

    public int Capacity { get; }

    /// <summary>The addresses of the pages; they stay where they are.</summary>
    internal nint* Pages => (nint*)System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(_addresses, 0);

    internal nint* SourcePages => _source is null ? null : _source.Pages;

    internal int SourceLength => _source?.Cached ?? 0;

    internal EngineDecoder Decoder => _decoder;

    internal bool IsDisposed => _disposed;

    /// <summary>Tokens whose keys and values it has, those of its adapter's virtual tokens included.</summary>
    internal int Cached { get; private set; }

    public ReadOnlySpan<float> Forward(ReadOnlySpan<int> tokens)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_logits.Length == 0)
        {
            _logits = new float[_decoder.VocabularySize];
        }

        _decoder.Forward(this, tokens, _logits, LogitRows.Last);
        return _logits;
    }

    public void ForwardAll(ReadOnlySpan<int> tokens, Span<float> destination)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var needed = (long)tokens.Length * _decoder.VocabularySize;
        if (destination.Length < needed)
        {
            throw new ArgumentException($"The destination holds {destination.Length} numbers; expected {needed} (tokens × vocabulary).", nameof(destination));
        }

        _decoder.Forward(this, tokens, destination[..(int)needed], LogitRows.All);
    }

    /// <summary>Shows every layer's output for the tokens that follow.</summary>
    public void ForwardObserved(ReadOnlySpan<int> tokens, LayerObserver observer) =>
        _decoder.ForwardObserved(this, tokens, observer);

    public void CopyFrom(IDecoderSession other)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (other is not EngineSession source || source._decoder != _decoder)
        {
            throw new ArgumentException("Copy a session: expected one of the same model.", nameof(other));
        }

        if (source.Adapter != Adapter)
        {
            throw new ArgumentException("Copy a session: expected one with the same adapter.", nameof(other));
        }

        ObjectDisposedException.ThrowIf(source._disposed, source);
        if (source.Position > Capacity)
        {
            throw new ModelException(
                "RUN0404",
                $"Copy a session: it holds {source.Position} tokens; the other has room for {Capacity}. Open a longer one.");
        }

        if (source == this)
        {
            return;
        }

        Shorten(0);
        TakeSource(source._source);
        for (var i = 0; i < KeyValuePool.PagesFor(source.Cached); i++)
        {
            var page = source._pages[i]!; // A session has a page for every token it holds.
            _pool.Share(page);
            Append(page);
        }

        Cached = source.Cached;
    }

    public void Truncate(int position)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(position, Position);
        Shorten(position + _virtual);
    }

    public bool TryReserve(int tokens)
    {
        var wanted = KeyValuePool.PagesFor(_virtual + Math.Min(Capacity, Position + tokens));
        return TryOwnLast() && TryGrow(wanted);
    }

    public int TakePrefix(ReadOnlySpan<int> tokens)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_prefixes is null || Position > 0 || tokens.Length < 2)
        {
            return 0;
        }

        // The last token is read in any case: its logits are wanted.
        var pages = new List<KeyValuePage>();
        var alike = _prefixes.Find(AdapterId, WithVirtual(tokens[..^1]), pages, out var partial);
        if ((pages.Count * KeyValueBlock.Tokens) + alike <= _virtual)
        {
            // No more than what its adapter gave it.
            pages.ForEach(_pool.Release);
            if (partial is not null)
            {
                _pool.Release(partial);
            }

            return 0;
        }

        Shorten(0);
        foreach (var page in pages)
        {
            Append(page);
        }

        Cached = pages.Count * KeyValueBlock.Tokens;
        if (partial is not null)
        {
            if (TryTake() is { } copy)
            {
                _pool.Copy(partial, copy, alike);
                Append(copy);
                Cached += alike;
            }

            _pool.Release(partial);
        }

        if (Cached < _virtual)
        {
            Shorten(0);
            TakeVirtual();
        }

        return Position;
    }

    public void KeepPrefix(ReadOnlySpan<int> tokens)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tokens.Length, Position, nameof(tokens));
        _prefixes?.Keep(AdapterId, WithVirtual(tokens), _pages);
    }

    public void Dispose()
    {
        if (!_disposed)
        {
            Shorten(0);
            TakeSource(null);
            _disposed = true;
            if (Adapter is not null)
            {
                _decoder.Release(Adapter);
            }
        }
    }

    /// <summary>What changes the model for this sequence; null for none.</summary>
    internal EngineAdapter? Adapter { get; }

    private int AdapterId => Adapter?.Id ?? 0;

    internal void Advance(int tokens) => Cached += tokens;

    /// <summary>Begins with its adapter's virtual tokens.</summary>
    private void TakeVirtual()
    {
        if (_virtual > 0)
        {
            foreach (var page in Adapter!.Pages) // Only an adapter has such tokens.
            {
                _pool.Share(page);
                Append(page);
            }

            Cached = _virtual;
        }
    }

    /// <summary>A sequence's tokens as beginnings are kept: after those of its adapter, whose pages they share.</summary>
    private ReadOnlySpan<int> WithVirtual(ReadOnlySpan<int> tokens) => _virtual == 0 ? tokens : (int[])[.. SoftPrompt.Ids(_virtual), .. tokens];

    /// <summary>Gives the pages back that stand behind the first tokens.</summary>
    private void Shorten(int cached)
    {
        Cached = cached;
        for (var kept = KeyValuePool.PagesFor(cached); _pageCount > kept;)
        {
            RemoveLast();
        }
    }

    private void TakeSource(EngineSource? source)
    {
        if (source != _source)
        {
            source?.Hold();
            _source?.Release();
            _source = source;
        }
    }

    /// <summary>Makes the page that the next token goes to this session's own.</summary>
    private bool TryOwnLast()
    {
        var last = Cached / KeyValueBlock.Tokens;
        if (last >= _pageCount || !_pool.IsShared(_pages[last]!)) // Within the count there are pages.
        {
            return true;
        }

        if (TryTake() is not { } copy)
        {
            return false;
        }

        var shared = _pages[last]!;
        _pool.Copy(shared, copy, Cached % KeyValueBlock.Tokens);
        _pool.Release(shared);
        (_pages[last], _addresses[last]) = (copy, copy.Address);
        return true;
    }

    private bool TryGrow(int wanted)
    {
        while (_pageCount < wanted)
        {
            if (TryTake() is not { } page)
            {
                return false;
            }

            Append(page);
        }

        return true;
    }

    /// <summary>A page of one's own, if need be one that only the prefix cache holds.</summary>
    private KeyValuePage? TryTake() =>
        _pool.Take() ?? (_prefixes is not null && _prefixes.Shrink(1) > 0 ? _pool.Take() : null);

    private void Append(KeyValuePage page)
    {
        (_pages[_pageCount], _addresses[_pageCount]) = (page, page.Address);
        _pageCount++;
    }

    private void RemoveLast()
    {
        _pageCount--;
        _pool.Release(_pages[_pageCount]!); // Within the count there are pages.
        (_pages[_pageCount], _addresses[_pageCount]) = (null, 0);
    }
}
