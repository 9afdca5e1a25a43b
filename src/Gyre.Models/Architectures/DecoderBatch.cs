using System.Runtime.InteropServices;

namespace Gyre.Models.Architectures;

/// <summary>New tokens of several sequences of one model that are run together, and the logits that come of it. Reused from run to run.</summary>
/// <remarks>
/// Each sequence's logits have the bits that it would have alone.
/// <para>Owns: room for the logits. Used by one thread at a time.</para>
/// <para>Cost: no allocation once it has had its largest number of entries and logits.</para>
/// </remarks>
public sealed class DecoderBatch
{
    private readonly List<Entry> _entries = [];
    private int[] _tokens = [];
    private float[] _logits = [];

    /// <summary>Sequences in the batch.</summary>
    public int Count => _entries.Count;

    /// <summary>Tokens of all sequences together.</summary>
    public int Tokens { get; private set; }

    /// <summary>Rows of logits of all sequences together.</summary>
    internal int Wanted { get; private set; }

    /// <summary>Logits of a row, after a run.</summary>
    internal int Width { get; private set; }

    /// <summary>Empties the batch.</summary>
    public void Clear()
    {
        _entries.Clear();
        (Tokens, Wanted) = (0, 0);
    }

    /// <summary>Adds a sequence's next tokens.</summary>
    /// <param name="session">The sequence; once in a batch.</param>
    /// <param name="tokens">Its tokens that follow; at least one.</param>
    /// <param name="wanted">Which logits to compute.</param>
    /// <returns>The entry's index.</returns>
    public int Add(IDecoderSession session, ReadOnlySpan<int> tokens, LogitRows wanted)
    {
        ArgumentNullException.ThrowIfNull(session);
        if (tokens.IsEmpty)
        {
            throw new ArgumentException("A forward pass needs at least one token.", nameof(tokens));
        }

        if (_tokens.Length < Tokens + tokens.Length)
        {
            Array.Resize(ref _tokens, Math.Max(2 * _tokens.Length, Tokens + tokens.Length));
        }

        tokens.CopyTo(_tokens.AsSpan(Tokens));
        var rows = wanted switch { LogitRows.None => 0, LogitRows.Last => 1, _ => tokens.Length };
        _entries.Add(new Entry(session, Tokens, tokens.Length, Wanted, rows));
        Tokens += tokens.Length;
        Wanted += rows;
        return _entries.Count - 1;
    }

    /// <summary>Whether an entry's logits are all finite numbers, after a run.</summary>
    public bool IsFinite(int entry)
    {
        var (_, _, _, first, rows) = _entries[entry];
        return Kernels.FiniteScan.IsFinite(_logits.AsSpan(first * Width, rows * Width));
    }

    /// <summary>The logits [V] of one of an entry's wanted rows, after a run.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="row">The row, 0 being the first that was wanted.</param>
    public ReadOnlySpan<float> Logits(int entry, int row)
    {
        var (_, _, _, first, rows) = _entries[entry];
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)rows, nameof(row));
        return _logits.AsSpan((first + row) * Width, Width);
    }

    /// <summary>An entry's sequence.</summary>
    internal IDecoderSession Session(int entry) => _entries[entry].Session;

    /// <summary>An entry's tokens.</summary>
    internal ReadOnlySpan<int> TokensOf(int entry) => _tokens.AsSpan(_entries[entry].FirstToken, _entries[entry].Tokens);

    /// <summary>How many rows of logits an entry wants.</summary>
    internal int WantedOf(int entry) => _entries[entry].Rows;

    /// <summary>Room for all logits.</summary>
    internal Span<float> MakeRoom(int width)
    {
        Width = width;
        var needed = Wanted * width;
        if (_logits.Length < needed)
        {
            _logits = GC.AllocateUninitializedArray<float>(needed);
        }

        return _logits.AsSpan(0, needed);
    }

    /// <summary>Runs one entry after the other through the sessions' own passes, for decoders that cannot run them together.</summary>
    internal void RunSingly(int width)
    {
        MakeRoom(width);
        foreach (var (session, firstToken, tokens, firstRow, rows) in CollectionsMarshal.AsSpan(_entries))
        {
            var destination = _logits.AsSpan(firstRow * width, rows * width);
            var next = _tokens.AsSpan(firstToken, tokens);
            if (rows > 1)
            {
                session.ForwardAll(next, destination);
            }
            else
            {
                var logits = session.Forward(next);
                logits[..destination.Length].CopyTo(destination);
            }
        }
    }

    private readonly record struct Entry(IDecoderSession Session, int FirstToken, int Tokens, int FirstRow, int Rows);
}
