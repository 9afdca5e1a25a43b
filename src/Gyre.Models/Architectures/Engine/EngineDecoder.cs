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

    public IDecoderSession CreateSession(int maxTokens) => CreateSession(maxTokens, null);

    public IDecoderSession CreateSession(int maxTokens, string? adapter) => CreateSession(maxTokens, adapter, null);

    /// <summary>Opens a session.</summary>
    /// <param name="maxTokens">The most tokens.</param>
    /// <param name="adapter">What changes the model; null for nothing.</param>
    /// <param name="source">What its cross-attention looks at; null for a model without.</param>
    internal EngineSession CreateSession(int maxTokens, string? adapter, EngineSource? source)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTokens, 1);
        if (maxTokens > ContextLength)
        {
            throw new ModelException(
                "RUN0404",
                $"Open a session: {maxTokens} tokens were asked for; {ContextLimit.Holds(this, ContextLength)}. Ask for fewer, or {ContextLimit.Remedy(this, ContextLength)}.");
        }

        ObjectDisposedException.ThrowIf(_disposed, this);
        return new EngineSession(this, maxTokens, _prefixes, adapter is null ? null : _adapters.Take(adapter), source);
    }

    public void LoadAdapter(string name, string folder)
    {
        using var adapter = PeftAdapter.Open(folder);
        LoadAdapter(name, adapter);
    }

    /// <summary>Loads an adapter that was read; it stays the caller's.</summary>
    internal void LoadAdapter(string name, PeftAdapter adapter)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ObjectDisposedException.ThrowIf(_disposed, this);
        _adapters.RequireRoom(name);
        var changes = AdapterBinding.Resolve(adapter, _architecture);
        var loaded = new EngineAdapter(_adapters.NextId(), name, _weights.Count, _adapters.FreeBytes);
        try
        {
            EngineAdapterBuilder.Fill(loaded, changes, _weights, _plan.SharedInputs, adapter.Place);
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

    /// <summary>Ends a session's use of an adapter.</summary>
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
                _rows.Add(SequenceOf(session, session.Position + tokens.Length), tokens, batch.WantedOf(i));
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
        Position = session.Position,
        Length = length,
        Pages = session.Pages,
        CrossPages = session.SourcePages,
        CrossKeys = session.SourceLength,
        Adapter = session.Adapter is { } adapter ? adapter.Weights : null,
    };

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
        var length = session.Position + tokens.Length;
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
