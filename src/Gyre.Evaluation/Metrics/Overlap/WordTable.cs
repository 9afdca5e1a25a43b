namespace Gyre.Evaluation.Metrics.Overlap;

/// <summary>Words as numbers: equal words have equal numbers, which count up from 0 in the order of first use.</summary>
/// <remarks>The hash is the runtime's seeded one, so that no text can be made whose words collide.</remarks>
internal sealed class WordTable
{
    private const int LeastSlots = 128;
    private readonly CharBuffer _text = new();
    private int[] _slots = new int[LeastSlots]; // Number of a word plus 1; 0 is free.
    private (int Start, int Length, int Hash)[] _words = new (int Start, int Length, int Hash)[LeastSlots / 2];
    private int _mask = LeastSlots - 1;

    /// <summary>How many words there are.</summary>
    public int Count { get; private set; }

    /// <summary>Characters and slots held, as a measure of memory.</summary>
    public int Capacity => _text.Capacity + _slots.Length;

    /// <summary>The characters of a word.</summary>
    public ReadOnlySpan<char> this[int word] => _text.Span.Slice(_words[word].Start, _words[word].Length);

    /// <summary>Forgets all words.</summary>
    public void Clear()
    {
        _text.Clear();
        _slots.AsSpan(0, _mask + 1).Clear();
        _mask = LeastSlots - 1;
        Count = 0;
    }

    /// <summary>The number of a word, a new one when it has none yet.</summary>
    public int Add(ReadOnlySpan<char> word)
    {
        var hash = string.GetHashCode(word, StringComparison.Ordinal);
        var slot = Slot(word, hash);
        if (_slots[slot] != 0)
        {
            return _slots[slot] - 1;
        }

        if (Count == _words.Length)
        {
            Array.Resize(ref _words, Count * 2);
        }

        _words[Count] = (_text.Length, word.Length, hash);
        _text.Append(word);
        _slots[slot] = ++Count;
        if (Count * 2 > _mask)
        {
            Widen();
        }

        return Count - 1;
    }

    /// <summary>The number of a word, or −1 when it has none.</summary>
    public int Find(ReadOnlySpan<char> word) => _slots[Slot(word, string.GetHashCode(word, StringComparison.Ordinal))] - 1;

    private int Slot(ReadOnlySpan<char> word, int hash)
    {
        var slot = hash & _mask;
        while (_slots[slot] != 0)
        {
            ref readonly var known = ref _words[_slots[slot] - 1];
            if (known.Hash == hash && known.Length == word.Length && _text.Span.Slice(known.Start, known.Length).SequenceEqual(word))
            {
                break;
            }

            slot = (slot + 1) & _mask;
        }

        return slot;
    }

    private void Widen()
    {
        var size = (_mask + 1) * 2;
        if (_slots.Length < size)
        {
            _slots = new int[size];
        }
        else
        {
            _slots.AsSpan(0, size).Clear();
        }

        _mask = size - 1;
        for (var word = 0; word < Count; word++)
        {
            var slot = _words[word].Hash & _mask;
            while (_slots[slot] != 0)
            {
                slot = (slot + 1) & _mask;
            }

            _slots[slot] = word + 1;
        }
    }
}
