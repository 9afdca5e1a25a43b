using System.Numerics;

namespace Gyre.Evaluation.Metrics.Overlap;

/// <summary>Words as numbers: equal words have equal numbers, which count up from 0 in the order of first use.</summary>
/// <remarks>
/// A word of at most eight characters of Latin-1 is its own key, eight bits a character; others have the runtime's seeded
/// hash for a key and are compared. The multiplier differs from process to process, so that no text can be made whose words collide.
/// </remarks>
internal sealed class WordTable
{
    /// <summary>The most characters that a key holds.</summary>
    public const int PackedLength = 8;

    private const int LeastSlots = 128;
    private static readonly ulong Multiplier = ((ulong)(uint)"word".GetHashCode(StringComparison.Ordinal) << 32) | (uint)"table".GetHashCode(StringComparison.Ordinal) | 1;
    private readonly CharBuffer _text = new();
    private int[] _slots = new int[LeastSlots]; // Number of a word plus 1; 0 is free.
    private Entry[] _words = new Entry[LeastSlots / 2];
    private int _size = LeastSlots;
    private int _shift = 64 - BitOperations.Log2((uint)LeastSlots);

    /// <summary>How many words there are.</summary>
    public int Count { get; private set; }

    /// <summary>Characters and slots held, as a measure of memory.</summary>
    public int Capacity => _text.Capacity + _slots.Length;

    /// <summary>The characters of a word.</summary>
    public ReadOnlySpan<char> this[int word]
    {
        get
        {
            ref readonly var entry = ref _words[word];
            return _text.Span.Slice(entry.Start, entry.Length >= 0 ? entry.Length : ~entry.Length);
        }
    }

    /// <summary>Forgets all words.</summary>
    public void Clear()
    {
        _text.Clear();
        _size = LeastSlots;
        _shift = 64 - BitOperations.Log2((uint)LeastSlots);
        _slots.AsSpan(0, _size).Clear();
        Count = 0;
    }

    /// <summary>The number of a word, a new one when it has none yet.</summary>
    public int Add(ReadOnlySpan<char> word) => TryPack(word, out var key) ? AddPacked(word, key) : AddLong(word);

    /// <summary>The number of a word whose key is known: at most <see cref="PackedLength"/> characters of Latin-1, the last one lowest.</summary>
    public int AddPacked(ReadOnlySpan<char> word, ulong key)
    {
        var slot = Slot(word, key, word.Length);
        return _slots[slot] != 0 ? _slots[slot] - 1 : Take(slot, word, key, word.Length);
    }

    /// <summary>The number of a word that is longer, or has other characters.</summary>
    public int AddLong(ReadOnlySpan<char> word)
    {
        var key = (ulong)(uint)string.GetHashCode(word, StringComparison.Ordinal);
        var slot = Slot(word, key, ~word.Length);
        return _slots[slot] != 0 ? _slots[slot] - 1 : Take(slot, word, key, ~word.Length);
    }

    /// <summary>The number of a word, or −1 when it has none.</summary>
    public int Find(ReadOnlySpan<char> word)
    {
        var isPacked = TryPack(word, out var key);
        key = isPacked ? key : (uint)string.GetHashCode(word, StringComparison.Ordinal);
        return _slots[Slot(word, key, isPacked ? word.Length : ~word.Length)] - 1;
    }

    private static bool TryPack(ReadOnlySpan<char> word, out ulong key)
    {
        key = 0;
        if (word.Length > PackedLength)
        {
            return false;
        }

        var any = 0;
        foreach (var character in word)
        {
            any |= character;
            key = (key << 8) | character;
        }

        return any <= byte.MaxValue;
    }

    private int Slot(ReadOnlySpan<char> word, ulong key, int length)
    {
        var slots = _slots;
        var words = _words;
        var slot = (int)((key * Multiplier) >> _shift);
        while (true)
        {
            var number = slots[slot] - 1;
            if (number < 0)
            {
                return slot;
            }

            ref readonly var known = ref words[number];
            if (known.Key == key && known.Length == length && (length >= 0 || _text.Span.Slice(known.Start, ~length).SequenceEqual(word)))
            {
                return slot;
            }

            slot = (slot + 1) & (_size - 1);
        }
    }

    private int Take(int slot, ReadOnlySpan<char> word, ulong key, int length)
    {
        if (Count == _words.Length)
        {
            Array.Resize(ref _words, Count * 2);
        }

        _words[Count] = new Entry(key, _text.Length, length);
        _text.Append(word);
        _slots[slot] = ++Count;
        if (Count * 2 > _size)
        {
            Widen();
        }

        return Count - 1;
    }

    private void Widen()
    {
        _size *= 2;
        _shift--;
        if (_slots.Length < _size)
        {
            _slots = new int[_size];
        }
        else
        {
            _slots.AsSpan(0, _size).Clear();
        }

        for (var word = 0; word < Count; word++)
        {
            var slot = (int)((_words[word].Key * Multiplier) >> _shift);
            while (_slots[slot] != 0)
            {
                slot = (slot + 1) & (_size - 1);
            }

            _slots[slot] = word + 1;
        }
    }

    private readonly record struct Entry(ulong Key, int Start, int Length);
}
