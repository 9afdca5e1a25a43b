using System.Runtime.InteropServices;

namespace Gyre.Models.Tokenizers.Training;

/// <summary>
/// The words of a corpus as rows of symbols, with the count of every neighbouring pair kept up to date while pairs are merged.
/// </summary>
/// <remarks>Cost: each merge touches only the words that hold the pair; the best pair comes from a heap with late updates.</remarks>
internal sealed class PairMerging
{
    private readonly int[] _symbols;
    private readonly int[] _starts;
    private readonly int[] _lengths;
    private readonly long[] _counts;
    private readonly int[] _touchedAt;
    private readonly SymbolTable _table;
    private readonly Dictionary<ulong, Pair> _pairs = [];
    private readonly PriorityQueue<Pair, Rank> _queue;
    private int _merges;

    /// <summary>Begins with every word as the table spells it.</summary>
    public PairMerging(IReadOnlyDictionary<string, long> words, SymbolTable table)
    {
        _table = table;
        _queue = new PriorityQueue<Pair, Rank>(Comparer<Rank>.Create(Compare));
        _starts = new int[words.Count];
        _lengths = new int[words.Count];
        _counts = new long[words.Count];
        _touchedAt = new int[words.Count];
        var symbols = new List<int>();
        var word = 0;
        foreach (var (text, count) in words)
        {
            _starts[word] = symbols.Count;
            table.Begin(text, symbols);
            _lengths[word] = symbols.Count - _starts[word];
            _counts[word] = count;
            _touchedAt[word] = -1;
            word++;
        }

        _symbols = [.. symbols];
        for (word = 0; word < _starts.Length; word++)
        {
            var row = Row(word);
            for (var i = 0; i + 1 < row.Length; i++)
            {
                Change(row[i], row[i + 1], _counts[word], word);
            }
        }

        foreach (var pair in _pairs.Values)
        {
            Enqueue(pair);
        }
    }

    /// <summary>Merges the most frequent pair, the one that the table prefers among equals; false when none occurs often enough.</summary>
    public bool TryMerge(long minCount, out int left, out int right)
    {
        while (_queue.TryDequeue(out var pair, out var rank))
        {
            if (rank.Count > pair.Count)
            {
                // Its count fell since it was queued; it comes up again at its present rank.
                pair.QueuedCount = 0;
                Enqueue(pair);
            }
            else if (rank.Count == pair.Count)
            {
                if (pair.Count < minCount)
                {
                    break;
                }

                (left, right) = (pair.Left, pair.Right);
                if (_table.CanJoin(left, right))
                {
                    Merge(pair);
                    return true;
                }

                pair.QueuedCount = long.MaxValue; // Never queued again.
            }
        }

        left = right = -1;
        return false;
    }

    private void Merge(Pair pair)
    {
        var merged = _table.Join(pair.Left, pair.Right);
        var grown = new List<Pair>();
        foreach (var word in pair.Words)
        {
            if (_touchedAt[word] != _merges)
            {
                _touchedAt[word] = _merges;
                Rewrite(word, pair.Left, pair.Right, merged, grown);
            }
        }

        _merges++;
        pair.Words = [];
        pair.Count = 0;
        _pairs.Remove(Key(pair.Left, pair.Right));
        foreach (var one in grown)
        {
            Enqueue(one);
        }
    }

    private void Rewrite(int word, int left, int right, int merged, List<Pair> grown)
    {
        var row = Row(word);
        var count = _counts[word];
        var length = 0;
        for (var i = 0; i < row.Length;)
        {
            if (i + 1 >= row.Length || row[i] != left || row[i + 1] != right)
            {
                row[length++] = row[i++];
                continue;
            }

            if (length > 0)
            {
                Change(row[length - 1], left, -count, word);
                grown.Add(Change(row[length - 1], merged, count, word));
            }

            if (i + 2 < row.Length)
            {
                // The next pair's left side may itself be merged in the next step, which then corrects this count.
                Change(right, row[i + 2], -count, word);
                grown.Add(Change(merged, row[i + 2], count, word));
            }

            row[length++] = merged;
            i += 2;
        }

        _lengths[word] = length;
    }

    private Pair Change(int left, int right, long by, int word)
    {
        ref var pair = ref CollectionsMarshal.GetValueRefOrAddDefault(_pairs, Key(left, right), out _);
        pair ??= new Pair(left, right);
        pair.Count += by;
        if (by > 0 && (pair.Words.Count == 0 || pair.Words[^1] != word))
        {
            pair.Words.Add(word);
        }

        return pair;
    }

    private void Enqueue(Pair pair)
    {
        // A pair that waits with at least its present count is found in time.
        if (pair.Count > pair.QueuedCount)
        {
            pair.QueuedCount = pair.Count;
            _queue.Enqueue(pair, new Rank(pair.Count, pair.Left, pair.Right));
        }
    }

    // The first in order is the one with the highest count; among equals the table decides.
    private int Compare(Rank first, Rank second)
    {
        var order = second.Count.CompareTo(first.Count);
        return order != 0 ? order : _table.Prefer(first.Left, first.Right, second.Left, second.Right);
    }

    private Span<int> Row(int word) => _symbols.AsSpan(_starts[word], _lengths[word]);

    private static ulong Key(int left, int right) => ((ulong)(uint)left << 32) | (uint)right;

    private readonly record struct Rank(long Count, int Left, int Right);

    private sealed class Pair(int left, int right)
    {
        public int Left => left;

        public int Right => right;

        public long Count { get; set; }

        /// <summary>The highest count with which it waits in the queue.</summary>
        public long QueuedCount { get; set; }

        /// <summary>Words that hold or held the pair; a word may be listed more than once.</summary>
        public List<int> Words { get; set; } = [];
    }
}
