using Gyre.Models.Adapters;
using Gyre.Tensors.Quantization;

namespace Gyre.Models.Architectures.Engine;

/// <summary>An encoder–decoder model that runs plans: the reader of sources, and the decoder with its sessions.</summary>
internal sealed class EngineEncoderDecoder : IEncoderDecoder
{
    private readonly EncoderDecoderConfiguration _configuration;
    private readonly EngineDecoder _decoder;
    private readonly SourceReader _reader;
    private readonly Lock _turn = new();
    private bool _disposed;

    /// <summary>Records both passes; the decoder takes the weights over.</summary>
    public EngineEncoderDecoder(
        EncoderDecoderConfiguration configuration, IEncoderDecoderArchitecture architecture, EngineWeights weights, DecoderOptions options)
    {
        _configuration = configuration;

        // What an answer's tokens are depends on its source, so answers share no beginnings.
        _decoder = new EngineDecoder(configuration.ToDecoder(), architecture, weights, options with { SharesPrefixes = false });
        _reader = new SourceReader(architecture, configuration, weights, options.Team, _decoder.Pool.Layout);
    }

    public int VocabularySize => _decoder.VocabularySize;

    public int ContextLength => _decoder.ContextLength;

    public int ModelContextLength => _decoder.ModelContextLength;

    public int MaxBatchTokens => _decoder.MaxBatchTokens;

    public long MaxCachedTokens => _decoder.MaxCachedTokens;

    public long FreeCachedTokens => _decoder.FreeCachedTokens;

    public long CacheBytesPerToken => _decoder.CacheBytesPerToken;

    public int SourceVocabularySize => _configuration.SourceVocabularySize;

    public int SourceLength => (int)Math.Min(_configuration.ContextLength, MaxCachedTokens);

    public IReadOnlyList<string> Adapters => _decoder.Adapters;

    public void LoadAdapter(string name, string folder)
    {
        using var adapter = PeftAdapter.Open(folder);
        IReadOnlyList<int[]> inputs;
        lock (_turn)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            inputs = _reader.SharedInputs();
        }

        var loaded = _decoder.ReadAdapter(name, adapter, inputs, SourceLength);
        try
        {
            lock (_turn)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                _reader.Grow(loaded.MostRank);
            }
        }
        catch
        {
            loaded.Dispose();
            throw;
        }

        _decoder.AddAdapter(loaded);
    }

    public bool UnloadAdapter(string name) => _decoder.UnloadAdapter(name);

    public IAdapterUse UseAdapter(string name) => _decoder.UseAdapter(name);

    public IDecoderSession CreateSession(int maxTokens) => throw new ModelException(
        "RUN0430",
        "Open a session: this model writes answers to a source, and none was given; expected one that it has read. Use the form with a source.");

    public IDecoderSession CreateSession(IDecoderSource source, int maxTokens)
    {
        if (source is not EngineSource own || own.Decoder != _decoder)
        {
            throw new ArgumentException("Open a session: expected a source that this model has read.", nameof(source));
        }

        var adapter = own.EngineAdapter is null ? null : _decoder.Share(own.EngineAdapter);
        try
        {
            return _decoder.CreateSession(maxTokens, adapter, own);
        }
        catch
        {
            if (adapter is not null)
            {
                _decoder.Release(adapter);
            }

            throw;
        }
    }

    public IReadOnlyList<IDecoderSource> Read(IReadOnlyList<IReadOnlyList<int>> sources, IAdapterUse? adapter = null)
    {
        ArgumentNullException.ThrowIfNull(sources);
        foreach (var source in sources)
        {
            Check(source, adapter?.VirtualTokens ?? 0);
        }

        return sources.Count == 0 ? [] : ReadChecked(sources, adapter, null);
    }

    public void Forward(DecoderBatch batch) => _decoder.Forward(batch);

    public void Dispose()
    {
        lock (_turn)
        {
            if (!_disposed)
            {
                _disposed = true;
                _reader.Dispose();
                _decoder.Dispose();
            }
        }
    }

    /// <summary>Reads a source and shows the embedding, every layer and the final norm, for checks against references.</summary>
    internal IDecoderSource ReadObserved(IReadOnlyList<int> source, LayerObserver observer) => ReadChecked([source], null, observer)[0];

    private List<EngineSource> ReadChecked(IReadOnlyList<IReadOnlyList<int>> sources, IAdapterUse? adapter, LayerObserver? observer)
    {
        var read = new List<EngineSource>(sources.Count);
        try
        {
            foreach (var source in sources)
            {
                var pages = TakePages(source.Count + (adapter?.VirtualTokens ?? 0));
                read.Add(new EngineSource(_decoder, pages, source.Count, adapter is null ? null : _decoder.Share(adapter)));
            }

            lock (_turn)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                _reader.Observer = observer;
                _reader.Read(sources, read);
            }

            return read;
        }
        catch
        {
            read.ForEach(source => source.Dispose());
            throw;
        }
    }

    private KeyValuePage[] TakePages(int tokens)
    {
        var pool = _decoder.Pool;
        var pages = new List<KeyValuePage>();
        for (var wanted = KeyValuePool.PagesFor(tokens); pages.Count < wanted;)
        {
            if (pool.Take() is { } page)
            {
                pages.Add(page);
                continue;
            }

            pages.ForEach(pool.Release);
            throw new ModelException(
                "RUN0310",
                $"Read a source: it has {tokens} token(s), and all {pool.MostPages} pages of keys and values "
                + $"({KeyValueBlock.Tokens} tokens and {pool.PageBytes:N0} bytes each) are taken. Close other sessions and sources, or allow the cache more memory.");
        }

        return [.. pages];
    }

    private void Check(IReadOnlyList<int> source, int virtualTokens)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (source.Count == 0 || source.Count > SourceLength - virtualTokens)
        {
            throw new ModelException(
                "RUN0431",
                $"Read a source: it has {source.Count} token(s); expected 1 to {SourceLength - virtualTokens}, which this model's encoder and cache hold{(virtualTokens > 0 ? $" beside the adapter's {virtualTokens}" : "")}. Shorten the text, or split it.");
        }

        foreach (var token in source)
        {
            if ((uint)token >= (uint)SourceVocabularySize)
            {
                throw new ArgumentOutOfRangeException(nameof(source), token, $"A token id is outside the source's vocabulary of {SourceVocabularySize}.");
            }
        }
    }
}
