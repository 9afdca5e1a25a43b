namespace Gyre.Models.Architectures;

/// <summary>Sequences that an encoder reads together, and the rows that come of it. Reused from run to run.</summary>
/// <remarks>
/// <para>Owns: room for the results. Used by one thread at a time.</para>
/// <para>Cost: no allocation once it has had its largest number of sequences, tokens and results.</para>
/// </remarks>
public sealed class EncoderBatch
{
    private readonly List<Entry> _entries = [];
    private int[] _tokens = [];
    private int[] _types = [];
    private int[] _wanted = [];
    private float[] _results = [];

    /// <summary>Sequences in the batch.</summary>
    public int Count => _entries.Count;

    /// <summary>Tokens of all sequences together.</summary>
    public int Tokens { get; private set; }

    /// <summary>Rows of results of all sequences together.</summary>
    public int Wanted { get; private set; }

    /// <summary>Numbers in a row, after a run.</summary>
    public int Width { get; private set; }

    /// <summary>A use of the adapter that all sequences run through; null for the network alone. Outlives the runs; not owned.</summary>
    public IAdapterUse? Adapter { get; set; }

    /// <summary>Empties the batch.</summary>
    public void Clear()
    {
        _entries.Clear();
        Adapter = null;
        (Tokens, Wanted, Width) = (0, 0, 0);
    }

    /// <summary>Adds a sequence whose every row is wanted.</summary>
    /// <param name="tokens">Its tokens; at least one.</param>
    /// <param name="types">Each token's type; empty when all are 0.</param>
    /// <returns>The entry's index.</returns>
    public int AddAll(ReadOnlySpan<int> tokens, ReadOnlySpan<int> types = default)
    {
        var rows = Open(tokens, types, tokens.Length);
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = i;
        }

        return Count - 1;
    }

    /// <summary>Adds a sequence of which some rows are wanted.</summary>
    /// <param name="tokens">Its tokens; at least one.</param>
    /// <param name="types">Each token's type; empty when all are 0.</param>
    /// <param name="rows">The tokens whose results are wanted, ascending; 0 is the first.</param>
    /// <returns>The entry's index.</returns>
    public int Add(ReadOnlySpan<int> tokens, ReadOnlySpan<int> types, params ReadOnlySpan<int> rows)
    {
        for (var i = 0; i < rows.Length; i++)
        {
            if (rows[i] >= tokens.Length || rows[i] <= (i == 0 ? -1 : rows[i - 1]))
            {
                throw new ArgumentException($"Add a sequence: row {rows[i]} was wanted of {tokens.Length} tokens; expected ascending rows of the sequence.", nameof(rows));
            }
        }

        rows.CopyTo(Open(tokens, types, rows.Length));
        return Count - 1;
    }

    /// <summary>How many rows of an entry are wanted.</summary>
    public int RowsOf(int entry) => _entries[entry].Rows;

    /// <summary>One of an entry's wanted rows, after a run.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="row">The row, 0 being the first that was wanted.</param>
    public ReadOnlySpan<float> Row(int entry, int row)
    {
        var (_, _, first, rows) = _entries[entry];
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)rows, nameof(row));
        return _results.AsSpan((first + row) * Width, Width);
    }

    /// <summary>All of an entry's wanted rows, [rows, width], after a run.</summary>
    public ReadOnlySpan<float> Rows(int entry)
    {
        var (_, _, first, rows) = _entries[entry];
        return _results.AsSpan(first * Width, rows * Width);
    }

    internal ReadOnlySpan<int> TokensOf(int entry) => _tokens.AsSpan(_entries[entry].FirstToken, _entries[entry].Tokens);

    internal ReadOnlySpan<int> TypesOf(int entry) => _types.AsSpan(_entries[entry].FirstToken, _entries[entry].Tokens);

    /// <summary>The tokens whose results are wanted.</summary>
    internal ReadOnlySpan<int> WantedOf(int entry) => _wanted.AsSpan(_entries[entry].FirstRow, _entries[entry].Rows);

    /// <summary>Room for all results.</summary>
    internal Span<float> MakeRoom(int width)
    {
        Width = width;
        var needed = checked(Wanted * width);
        if (_results.Length < needed)
        {
            _results = GC.AllocateUninitializedArray<float>(needed);
        }

        return _results.AsSpan(0, needed);
    }

    private Span<int> Open(ReadOnlySpan<int> tokens, ReadOnlySpan<int> types, int rows)
    {
        if (tokens.IsEmpty)
        {
            throw new ArgumentException("Add a sequence: expected at least one token.", nameof(tokens));
        }

        if (!types.IsEmpty && types.Length != tokens.Length)
        {
            throw new ArgumentException($"Add a sequence: {tokens.Length} tokens and {types.Length} types were given; expected as many, or no types.", nameof(types));
        }

        Grow(ref _tokens, Tokens + tokens.Length);
        Grow(ref _types, Tokens + tokens.Length);
        Grow(ref _wanted, Wanted + rows);
        tokens.CopyTo(_tokens.AsSpan(Tokens));
        var ofTokens = _types.AsSpan(Tokens, tokens.Length);
        ofTokens.Clear();
        types.CopyTo(ofTokens);
        _entries.Add(new Entry(Tokens, tokens.Length, Wanted, rows));
        Tokens += tokens.Length;
        Wanted += rows;
        return _wanted.AsSpan(Wanted - rows, rows);
    }

    private static void Grow(ref int[] numbers, int needed)
    {
        if (numbers.Length < needed)
        {
            Array.Resize(ref numbers, Math.Max(2 * numbers.Length, needed));
        }
    }

    private readonly record struct Entry(int FirstToken, int Tokens, int FirstRow, int Rows);
}
