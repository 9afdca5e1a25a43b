using Gyre.Tensors;

namespace Gyre.Models.Tokenizers;

/// <summary>
/// Joins the symbols of one word, always the pair of lowest rank first and the leftmost of equals. Reusable; one thread at a time.
/// </summary>
/// <remarks>
/// Cost: short words by repeated scans (at most <see cref="ScanLimit"/> symbols), long ones with a linked list and a heap,
/// n·log n. No allocation once the buffers have grown.
/// </remarks>
internal sealed class SymbolMerger
{
    /// <summary>Up to this many symbols, scanning for the lowest rank is faster than keeping a heap.</summary>
    public const int ScanLimit = 32;

    // Buffers above this many symbols are given back after use, so that one huge text does not stay in memory.
    private const int KeptSymbols = 1 << 20;

    private int[] _symbols = new int[256];
    private uint[] _ranks = new uint[256];
    private int[] _next = [];
    private int[] _previous = [];
    private ulong[] _heap = [];
    private int _heapCount;

    /// <summary>Room for the initial symbols of a word; fill it, then call <see cref="Merge"/>.</summary>
    public Span<int> Prepare(int count)
    {
        if (_symbols.Length < count)
        {
            _symbols = new int[Math.Max(count, Math.Min(_symbols.Length * 2, KeptSymbols))];
            _ranks = new uint[_symbols.Length];
        }

        return _symbols.AsSpan(0, count);
    }

    /// <summary>Joins the first <paramref name="count"/> prepared symbols; the result is valid until the next call.</summary>
    [HotPath]
    public ReadOnlySpan<int> Merge(int count, MergeTable table)
    {
        if (count < 2)
        {
            return _symbols.AsSpan(0, count);
        }

        return count <= ScanLimit ? MergeByScan(count, table) : MergeByHeap(count, table);
    }

    /// <summary>Gives back buffers that an unusually long word needed.</summary>
    public void Trim()
    {
        if (_symbols.Length > KeptSymbols)
        {
            _symbols = new int[256];
            _ranks = new uint[256];
            _next = [];
            _previous = [];
            _heap = [];
        }
    }

    private ReadOnlySpan<int> MergeByScan(int count, MergeTable table)
    {
        var symbols = _symbols;
        var ranks = _ranks;
        for (var i = 0; i < count - 1; i++)
        {
            ranks[i] = table.Find(symbols[i], symbols[i + 1], out _);
        }

        while (count > 1)
        {
            var best = MergeTable.NoRank;
            var at = 0;
            for (var i = 0; i < count - 1; i++)
            {
                if (ranks[i] < best)
                {
                    best = ranks[i];
                    at = i;
                }
            }

            if (best == MergeTable.NoRank)
            {
                break;
            }

            table.Find(symbols[at], symbols[at + 1], out var merged);
            symbols[at] = merged;
            count--;
            symbols.AsSpan(at + 2, count - at - 1).CopyTo(symbols.AsSpan(at + 1));
            if (at + 1 < count)
            {
                ranks.AsSpan(at + 1, count - at - 1).CopyTo(ranks.AsSpan(at));
                ranks[at] = table.Find(merged, symbols[at + 1], out _);
            }

            if (at > 0)
            {
                ranks[at - 1] = table.Find(symbols[at - 1], merged, out _);
            }
        }

        return symbols.AsSpan(0, count);
    }

    private ReadOnlySpan<int> MergeByHeap(int count, MergeTable table)
    {
        PrepareLinks(count);
        var symbols = _symbols;
        var ranks = _ranks;
        var next = _next;
        var previous = _previous;
        _heapCount = 0;
        for (var i = 0; i < count; i++)
        {
            next[i] = i + 1;
            previous[i] = i - 1;
            ranks[i] = i + 1 < count ? table.Find(symbols[i], symbols[i + 1], out _) : MergeTable.NoRank;
            if (ranks[i] != MergeTable.NoRank)
            {
                _heap[_heapCount++] = Candidate(ranks[i], i);
            }
        }

        Heapify();
        while (_heapCount > 0)
        {
            var candidate = Pop();
            var at = (int)(uint)candidate;
            if (ranks[at] != (uint)(candidate >> 32))
            {
                continue; // One of the pair's symbols was joined with another neighbour since.
            }

            var right = next[at];
            table.Find(symbols[at], symbols[right], out var merged);
            var after = next[right];
            symbols[at] = merged;
            ranks[right] = MergeTable.NoRank;
            next[at] = after;
            ranks[at] = MergeTable.NoRank;
            if (after < count)
            {
                previous[after] = at;
                Offer(at, table.Find(merged, symbols[after], out _));
            }

            if (previous[at] >= 0)
            {
                Offer(previous[at], table.Find(symbols[previous[at]], merged, out _));
            }
        }

        var kept = 0;
        for (var at = 0; at < count; at = next[at])
        {
            symbols[kept++] = symbols[at];
        }

        return symbols.AsSpan(0, kept);
    }

    private void PrepareLinks(int count)
    {
        if (_next.Length < count)
        {
            _next = new int[_symbols.Length];
            _previous = new int[_symbols.Length];
        }

        if (_heap.Length < count)
        {
            _heap = new ulong[_symbols.Length];
        }
    }

    private void Offer(int at, uint rank)
    {
        _ranks[at] = rank;
        if (rank == MergeTable.NoRank)
        {
            return;
        }

        if (_heapCount == _heap.Length)
        {
            Array.Resize(ref _heap, _heap.Length * 2);
        }

        // Sift up.
        var heap = _heap;
        var candidate = Candidate(rank, at);
        var slot = _heapCount++;
        while (slot > 0)
        {
            var parent = (slot - 1) >> 2;
            if (heap[parent] <= candidate)
            {
                break;
            }

            heap[slot] = heap[parent];
            slot = parent;
        }

        heap[slot] = candidate;
    }

    private ulong Pop()
    {
        var top = _heap[0];
        var last = _heap[--_heapCount];
        if (_heapCount > 0)
        {
            SiftDown(0, last);
        }

        return top;
    }

    private void Heapify()
    {
        for (var slot = (_heapCount - 2) >> 2; slot >= 0; slot--)
        {
            SiftDown(slot, _heap[slot]);
        }
    }

    // A heap of four children a node: half the levels of a binary one, and a node's children share a cache line.
    private void SiftDown(int slot, ulong candidate)
    {
        var heap = _heap;
        while (true)
        {
            var first = (slot << 2) + 1;
            if (first >= _heapCount)
            {
                break;
            }

            var smallest = first;
            var end = Math.Min(first + 4, _heapCount);
            for (var child = first + 1; child < end; child++)
            {
                if (heap[child] < heap[smallest])
                {
                    smallest = child;
                }
            }

            if (heap[smallest] >= candidate)
            {
                break;
            }

            heap[slot] = heap[smallest];
            slot = smallest;
        }

        heap[slot] = candidate;
    }

    private static ulong Candidate(uint rank, int at) => ((ulong)rank << 32) | (uint)at;
}
