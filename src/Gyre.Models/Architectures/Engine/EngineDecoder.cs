using Gyre.Models.Adapters;
using Gyre.Models.Architectures.Kernels;
using Gyre.Tensors;
using Gyre.Tensors.Quantization;
using Gyre.Tensors.Threading;

namespace Gyre.Models.Architectures.Engine;

/// <summary>A decoder that runs plans; its sessions share one set of weights, work buffers and pages.</summary>
internal sealed unsafe class EngineDecoder : IDecoder
{
    private readonly DecoderConfiguration _configuration;
    private readonly IArchitecture _architecture;
    private readonly EngineWeights _weights;
    private readonly EnginePlan _plan;
    private readonly RunRows _rows;
    private readonly PrefixCache? _prefixes;
    private readonly EngineAdapters _adapters;
    private readonly Lock _turn = new();
    private bool _disposed;

    public EngineDecoder(DecoderConfiguration configuration, IArchitecture architecture, EngineWeights weights, DecoderOptions options)
    {
        _configuration = configuration;
        _architecture = architecture;
        _weights = weights;
        var layout = new KeyValueBlock(options.CacheFormat, configuration.HeadWidth);
        Pool = new KeyValuePool(layout, configuration.Layers * configuration.KeyValueHeads, options.CacheBytes ?? DefaultCacheBytes());
        _plan = PlanBuilder.Record(architecture, weights, options.Team, Math.Min(options.ChunkTokens, configuration.ContextLength), layout);
        _rows = new RunRows(_plan.MaxRows);
        _prefixes = options.SharesPrefixes && configuration.Rotary.Scaling is not (RotaryScaling.Dynamic or RotaryScaling.LongRope) ? new PrefixCache(Pool) : null;
        _adapters = new EngineAdapters(options.MaxAdapters, options.AdapterBytes ?? DefaultAdapterBytes(), id => _prefixes?.Forget(id));
    }

    public int VocabularySize => _configuration.VocabularySize;

    /// <summary>What the model was made for, or what the cache holds when that is less.</summary>
    public int ContextLength => (int)Math.Min(_configuration.ContextLength, MaxCachedTokens);

    public int ModelContextLength => _configuration.ContextLength;

    public int MaxBatchTokens => _plan.MaxRows;

    public long MaxCachedTokens => (long)Pool.MostPages * KeyValueBlock.Tokens;

    public long FreeCachedTokens => (long)(Pool.MostPages - Pool.Taken + (_prefixes?.CountUnused() ?? 0)) * KeyValueBlock.Tokens;

    public long CacheBytesPerToken => Pool.PageBytes / KeyValueBlock.Tokens;

    internal KeyValuePool Pool { get; }

    internal IArchitecture Architecture => _architecture;

    public IReadOnlyList<string> Adapters => _adapters.Names;

    internal PrefixCache? Prefixes => _prefixes;

    /// <summary>Memory that is left for adapters.</summary>
    internal long FreeAdapterBytes => _adapters.FreeBytes;

    public IDecoderSession CreateSession(int maxTokens) => CreateSession(maxTokens, (string?)null);

    public IDecoderSession CreateSession(int maxTokens, string? adapter)
    {
        if (adapter is null)
        {
            return CreateSession(maxTokens, null, null);
        }

        using var use = UseAdapter(adapter);
        return CreateSession(use, maxTokens);
    }

    public IDecoderSession CreateSession(IAdapterUse adapter, int maxTokens)
    {
        ArgumentNullException.ThrowIfNull(adapter);
        var shared = _adapters.Share(adapter);
        try
        {
            return CreateSession(maxTokens, shared, null);
        }
        catch
        {
            _adapters.Release(shared);
            throw;
        }
    }

    /// <summary>Opens a session.</summary>
    /// <param name="maxTokens">The most tokens.</param>
    /// <param name="adapter">What changes the model, counted for this session; null for nothing.</param>
    /// <param name="source">What its cross-attention looks at; null for a model without.</param>
    internal EngineSession CreateSession(int maxTokens, EngineAdapter? adapter, EngineSource? source)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTokens, 1);
        var room = ContextLength - (adapter?.PrefixTokens ?? 0);
        if (maxTokens > room)
        {
            throw new ModelException(
                "RUN0404",
                $"Open a session: {maxTokens} tokens were asked for; {ContextLimit.Holds(this, ContextLength)}{(room < ContextLength ? $", of which its adapter takes {ContextLength - room}" : "")}. Ask for fewer, or {ContextLimit.Remedy(this, ContextLength)}.");
        }

        ObjectDisposedException.ThrowIf(_disposed, this);
        return new EngineSession(this, maxTokens, _prefixes, adapter, source);
    }

    public void LoadAdapter(string name, string folder)
    {
        using var adapter = PeftAdapter.Open(folder);
        LoadAdapter(name, adapter);
    }

    /// <summary>Loads an adapter that was read; it stays the caller's.</summary>
    internal void LoadAdapter(string name, PeftAdapter adapter) => AddAdapter(ReadAdapter(name, adapter, []));

    /// <summary>Reads an adapter, which sessions find once it is added.</summary>
    /// <param name="name">What sessions shall call it.</param>
    /// <param name="adapter">The adapter.</param>
    /// <param name="sourceInputs">The indexes of the weights that a source's pass multiplies with one input; empty for a model without sources.</param>
    /// <param name="sourceRoom">Tokens of a source; 0 for a model without.</param>
    /// <remarks>Owns: the caller adds or disposes it.</remarks>
    internal EngineAdapter ReadAdapter(string name, PeftAdapter adapter, IReadOnlyList<int[]> sourceInputs, int sourceRoom = 0)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return adapter.Configuration.IsSoftPrompt
            ? ReadSoftPrompt(name, adapter, sourceRoom)
            : _adapters.Read(name, adapter, _architecture, _weights, [.. _plan.SharedInputs, .. sourceInputs]);
    }

    /// <summary>Lets sessions use an adapter; disposes it when it cannot be added.</summary>
    internal void AddAdapter(EngineAdapter loaded)
    {
        try
        {
            lock (_turn)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                _plan.Adapters.Grow(loaded.MostRank);
                _adapters.Add(loaded);
            }
        }
        catch
        {
            loaded.Dispose();
            throw;
        }
    }

    public bool UnloadAdapter(string name) => _adapters.Remove(name);

    public IAdapterUse UseAdapter(string name)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _adapters.Use(name);
    }

    /// <summary>One more holder of an adapter that is in use.</summary>
    internal EngineAdapter Share(IAdapterUse adapter) => _adapters.Share(adapter);

    /// <summary>One more holder of an adapter that is held.</summary>
    internal EngineAdapter Share(EngineAdapter adapter) => _adapters.Share(adapter);

    /// <summary>Ends a holder's use of an adapter.</summary>
    internal void Release(EngineAdapter adapter) => _adapters.Release(adapter);

    [HotPath]
    public void Forward(DecoderBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(batch.Tokens, MaxBatchTokens, nameof(batch));
        if (batch.Count == 0)
        {
            return;
        }

        lock (_turn)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _rows.Clear();
            for (var i = 0; i < batch.Count; i++)
            {
                var session = Own(batch.Session(i));
                var tokens = batch.TokensOf(i);
                Check(session, tokens);
                Reserve(session, tokens.Length);
                _rows.Add(SequenceOf(session, session.Cached + tokens.Length), tokens, batch.WantedOf(i));
            }

            fixed (float* results = batch.MakeRoom(VocabularySize))
            {
                var run = _rows.ToRun(results);
                _plan.Run(ref run);
            }

            for (var i = 0; i < batch.Count; i++)
            {
                ((EngineSession)batch.Session(i)).Advance(batch.TokensOf(i).Length);
            }
        }
    }

    public void Dispose()
    {
        lock (_turn)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            _plan.Dispose();
            _rows.Dispose();
            _adapters.Dispose();
            _weights.Dispose();
            Pool.Dispose();
        }
    }

    /// <summary>Runs one sequence's tokens, in chunks, and writes the logits of the last or of all.</summary>
    [HotPath]
    internal void Forward(EngineSession session, ReadOnlySpan<int> tokens, Span<float> destination, LogitRows wanted)
    {
        lock (_turn)
        {
            fixed (float* logits = destination)
            {
                Run(session, tokens, logits, wanted);
            }

            if (!FiniteScan.IsFinite(destination))
            {
                ThrowNotFinite(session, tokens);
            }
        }
    }

    /// <summary>Runs the tokens and shows every layer's output, for checks against references; layer 0 is the embedding.</summary>
    internal void ForwardObserved(EngineSession session, ReadOnlySpan<int> tokens, LayerObserver observer)
    {
        lock (_turn)
        {
            _plan.Observer = observer;
            try
            {
                Run(session, tokens, null, LogitRows.None);
            }
            finally
            {
                _plan.Observer = null;
            }
        }
    }

    /// <summary>Runs the tokens and shows the input rows of every matrix but the output layer; a chunk of a single token is not shown.</summary>
    internal void ForwardInputs(EngineSession session, ReadOnlySpan<int> tokens, InputObserver observer)
    {
        lock (_turn)
        {
            _plan.InputObserver = observer;
            try
            {
                Run(session, tokens, null, LogitRows.None);
            }
            finally
            {
                _plan.InputObserver = null;
            }
        }
    }

    /// <summary>A quarter of the memory that this process may use.</summary>
    private static long DefaultCacheBytes() => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4;

    /// <summary>An eighth of the memory that this process may use.</summary>
    private static long DefaultAdapterBytes() => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 8;

    private static SequenceRun SequenceOf(EngineSession session, int length) => new()
    {
        Position = session.Cached,
        Length = length,
        Pages = session.Pages,
        CrossPages = session.SourcePages,
        CrossKeys = session.SourceLength,
        Adapter = session.Adapter is { } adapter ? adapter.Weights : null,
    };

    private EngineAdapter ReadSoftPrompt(string name, PeftAdapter adapter, int sourceRoom)
    {
        _adapters.RequireRoom(name);
        SoftPrompt.Require(adapter, _configuration, sourceRoom > 0 ? sourceRoom : ContextLength, isOfSources: sourceRoom > 0);
        var tokens = adapter.Configuration.VirtualTokens;
        var width = SoftPrompt.WidthOf(adapter, _configuration);
        var stored = AdapterBinding.ResolvePrompt(adapter, width);
        var loaded = _adapters.Create(name, _weights);
        try
        {
            var rows = EngineAdapterBuilder.NumbersOf(loaded, stored);
            if (adapter.Configuration.Kind == AdapterKind.Prefix)
            {
                loaded.TakePages(Pool, PagesOf(name, tokens), tokens);
                SoftPrompt.Store(rows, loaded.Pages, _configuration, Pool.Layout, tokens);
                return loaded;
            }

            SoftPrompt.SetEmbeddings(loaded, rows, _architecture, width);
            if (sourceRoom > 0)
            {
                loaded.SourceTokens = tokens;
                return loaded;
            }

            // What the tokens after them see of virtual tokens does not depend on those, so it is computed once.
            loaded.TakePages(Pool, PagesOf(name, tokens), tokens);
            ReadVirtualTokens(loaded, tokens);
            return loaded;
        }
        catch
        {
            loaded.Dispose();
            throw;
        }
    }

    private void ReadVirtualTokens(EngineAdapter loaded, int tokens)
    {
        var ids = SoftPrompt.Ids(tokens);
        nint[] pages = [.. loaded.Pages.Select(page => page.Address)];
        lock (_turn)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            fixed (nint* addresses = pages)
            {
                for (var done = 0; done < tokens;)
                {
                    var chunk = ids.AsSpan(done, Math.Min(tokens - done, _plan.MaxRows));
                    _rows.Clear();
                    _rows.Add(new SequenceRun { Position = done, Length = tokens, Pages = addresses, Adapter = loaded.Weights }, chunk, wanted: 0);
                    var run = _rows.ToRun(null);
                    _plan.Run(ref run);
                    done += chunk.Length;
                }
            }
        }
    }

    /// <summary>Pages for an adapter's virtual tokens.</summary>
    private KeyValuePage[] PagesOf(string name, int tokens)
    {
        var pages = new List<KeyValuePage>();
        for (var wanted = KeyValuePool.PagesFor(tokens); pages.Count < wanted;)
        {
            if ((Pool.Take() ?? (_prefixes?.Shrink(1) > 0 ? Pool.Take() : null)) is { } page)
            {
                pages.Add(page);
                continue;
            }

            pages.ForEach(Pool.Release);
            throw new ModelException(
                "RUN0424",
                $"Load adapter '{name}': its {tokens} virtual tokens need {wanted} of the {Pool.MostPages} pages of keys and values, and {Pool.MostPages - Pool.Taken} are free. Close sessions, or allow the cache more memory.");
        }

        return [.. pages];
    }

    private EngineSession Own(IDecoderSession session)
    {
        if (session is not EngineSession own || own.Decoder != this)
        {
            throw new ArgumentException("Run a batch: expected sessions of this model.", nameof(session));
        }

        ObjectDisposedException.ThrowIf(own.IsDisposed, own);
        return own;
    }

    private void Run(EngineSession session, ReadOnlySpan<int> tokens, float* logits, LogitRows wanted)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Check(session, tokens);
        Reserve(session, tokens.Length);
        var length = session.Cached + tokens.Length;
        for (var done = 0; done < tokens.Length;)
        {
            var chunk = tokens.Slice(done, Math.Min(tokens.Length - done, _plan.MaxRows));
            done += chunk.Length;
            var wantedRows = wanted switch
            {
                LogitRows.All => chunk.Length,
                LogitRows.Last when done == tokens.Length => 1,
                _ => 0,
            };
            _rows.Clear();
            _rows.Add(SequenceOf(session, length), chunk, wantedRows);
            var run = _rows.ToRun(logits);
            run.IsObserved = _plan.Observer is not null || _plan.InputObserver is not null;
            _plan.Run(ref run);
            session.Advance(chunk.Length);
            logits = wantedRows == 0 ? logits : logits + ((long)wantedRows * VocabularySize);
        }
    }

    private void Check(EngineSession session, ReadOnlySpan<int> tokens)
    {
        if (tokens.IsEmpty)
        {
            throw new ArgumentException("A forward pass needs at least one token.", nameof(tokens));
        }

        if (tokens.Length > session.Capacity - session.Position)
        {
            throw new ModelException(
                "RUN0404",
                $"Run the model: {tokens.Length} token(s) were added to a session that holds {session.Position} of at most {session.Capacity}. "
                + "Shorten the prompt, or open a longer session if the model's context allows it.");
        }

        foreach (var token in tokens)
        {
            if ((uint)token >= (uint)VocabularySize)
            {
                throw new ArgumentOutOfRangeException(nameof(tokens), token, $"A token id is outside the vocabulary of {VocabularySize}.");
            }
        }
    }

    private void Reserve(EngineSession session, int tokens)
    {
        if (!session.TryReserve(tokens))
        {
            var pages = (session.Position + tokens + KeyValueBlock.Tokens - 1) / KeyValueBlock.Tokens;
            throw new ModelException(
                "RUN0310",
                $"Run the model: {tokens} token(s) were added to a sequence of {session.Position}, which then takes {pages} pages of keys and values ({pages * Pool.PageBytes:N0} bytes), "
                + $"and all {Pool.MostPages} pages ({KeyValueBlock.Tokens} tokens and {Pool.PageBytes:N0} bytes each) are taken. Close other sessions, or allow the cache more memory.");
        }
    }

    /// <summary>Repeats the run to find the first layer whose output is not finite, and reports it.</summary>
    private void ThrowNotFinite(EngineSession session, ReadOnlySpan<int> tokens)
    {
        var start = session.Position - tokens.Length;
        session.Truncate(start);
        var first = int.MaxValue;
        ForwardObserved(session, tokens, (layer, hidden) =>
        {
            if (layer < first && !FiniteScan.IsFinite(hidden))
            {
                first = layer;
            }
        });
        session.Truncate(start);
        var place = first switch
        {
            int.MaxValue => "the output layer",
            0 => "the embedding",
            _ => $"layer {first} of {_configuration.Layers}",
        };
        throw new ModelException(
            "RUN0304",
            $"Run the model: found logits that are not finite numbers; they appear first after {place}. The weights are damaged or do not fit this configuration: load them again from a good copy.");
    }
}
