namespace Gyre.Models.Architectures.Engine;

/// <summary>A loaded adapter: what it changes at each weight of its model.</summary>
/// <remarks>Owns: its numbers, until nobody uses it any more (see <see cref="EngineAdapters"/>).</remarks>
internal sealed unsafe class EngineAdapter : IDisposable
{
    private readonly int _weightCount;
    private readonly long _mostBytes;
    private readonly List<NativeBuffer> _buffers = [];
    private KeyValuePage[] _pages = [];
    private KeyValuePool? _pool;

    /// <param name="id">Tells it from every other adapter that the model ever had.</param>
    /// <param name="name">What requests call it.</param>
    /// <param name="weightCount">Weights of the model.</param>
    /// <param name="mostBytes">The most memory that it may take.</param>
    public EngineAdapter(int id, string name, int weightCount, long mostBytes)
    {
        (Id, Name, _weightCount, _mostBytes) = (id, name, weightCount, mostBytes);
        var table = Allocate(2L * weightCount * sizeof(AdapterWeight) / sizeof(float));
        new Span<byte>(table, 2 * weightCount * sizeof(AdapterWeight)).Clear();
        Weights = (AdapterWeight*)table;
    }

    public int Id { get; }

    public string Name { get; }

    /// <summary>What it changes, by the weight's index; embeddings, as such, stand behind all weights.</summary>
    public AdapterWeight* Weights { get; }

    public long LengthBytes { get; private set; }

    /// <summary>The largest rank.</summary>
    public int MostRank { get; set; }

    /// <summary>Pages that every sequence begins with; empty for most.</summary>
    public IReadOnlyList<KeyValuePage> Pages => _pages;

    /// <summary>Keys and values in <see cref="Pages"/>, which stand before those of a sequence's tokens.</summary>
    public int PrefixTokens { get; private set; }

    /// <summary>Virtual tokens before a source (see <see cref="AdapterWeight.Virtual"/>).</summary>
    public int SourceTokens { get; set; }

    /// <summary>Uses and sessions that hold it.</summary>
    public int Users { get; set; }

    /// <summary>True once it must go with its last user.</summary>
    public bool IsRemoved { get; set; }

    /// <summary>What it changes at a matrix.</summary>
    public AdapterWeight* Product(WeightSpec weight) => Weights + weight.Index;

    /// <summary>What it changes where an embedding's rows are gathered.</summary>
    public AdapterWeight* Embedding(WeightSpec weight) => Weights + _weightCount + weight.Index;

    /// <summary>Memory that lives as long as the adapter.</summary>
    /// <remarks>Errors: <see cref="ModelException"/> <c>RUN0424</c> when that is more than it may take.</remarks>
    public float* Allocate(long floats)
    {
        var lengthBytes = floats * sizeof(float);
        if (LengthBytes + lengthBytes > _mostBytes)
        {
            throw new ModelException(
                "RUN0424",
                $"Load adapter '{Name}': it needs more than the {_mostBytes:N0} bytes that are left for adapters. Unload others, or allow adapters more memory.");
        }

        var buffer = new NativeBuffer(lengthBytes);
        _buffers.Add(buffer);
        LengthBytes += lengthBytes;
        return buffer.Floats;
    }

    /// <summary>Takes pages over that sequences begin with.</summary>
    public void TakePages(KeyValuePool pool, KeyValuePage[] pages, int tokens) => (_pool, _pages, PrefixTokens) = (pool, pages, tokens);

    public void Dispose()
    {
        foreach (var page in _pages)
        {
            _pool!.Release(page); // Pages came with their pool.
        }

        _pages = [];
        foreach (var buffer in _buffers)
        {
            buffer.Dispose();
        }
    }
}
