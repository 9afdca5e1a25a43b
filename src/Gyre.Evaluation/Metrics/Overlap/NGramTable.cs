using System.Numerics;

namespace Gyre.Evaluation.Metrics.Overlap;

/// <summary>N-grams as numbers, each from the number of its first n − 1 words and its last word.</summary>
/// <remarks>
/// Keys are exact pairs. The multiplier of the hash differs from process to process, so that no text can be made whose
/// n-grams collide; numbers and results do not depend on it.
/// </remarks>
internal sealed class NGramTable
{
    private static readonly ulong Multiplier = ((ulong)(uint)"first".GetHashCode(StringComparison.Ordinal) << 32) | (uint)"second".GetHashCode(StringComparison.Ordinal) | 1;
    private long[] _keys = new long[64]; // The pair plus 1; 0 is free.
    private int[] _numbers = new int[64];
    private int _shift = 58;
    private int _mask = 63;

    /// <summary>How many n-grams there are.</summary>
    public int Count { get; private set; }

    /// <summary>Slots held.</summary>
    public int Capacity => _keys.Length;

    /// <summary>Forgets all n-grams and makes room for so many.</summary>
    public void Reset(int capacity)
    {
        var bits = Math.Max(4, BitOperations.Log2((uint)Math.Max(1, capacity)) + 2);
        var size = 1 << bits;
        if (_keys.Length < size)
        {
            (_keys, _numbers) = (new long[size], new int[size]);
        }
        else
        {
            _keys.AsSpan(0, size).Clear();
        }

        (_shift, _mask, Count) = (64 - bits, size - 1, 0);
    }

    /// <summary>The number of an n-gram, a new one when it has none yet; never more than the capacity.</summary>
    public int Add(int prefix, int word)
    {
        var key = Key(prefix, word);
        var slot = Slot(key);
        if (_keys[slot] == 0)
        {
            (_keys[slot], _numbers[slot]) = (key, Count++);
        }

        return _numbers[slot];
    }

    /// <summary>The number of an n-gram, or −1 when it has none.</summary>
    public int Find(int prefix, int word)
    {
        var slot = Slot(Key(prefix, word));
        return _keys[slot] == 0 ? -1 : _numbers[slot];
    }

    private static long Key(int prefix, int word) => (((long)prefix << 32) | (uint)word) + 1;

    private int Slot(long key)
    {
        var keys = _keys;
        var slot = (int)(((ulong)key * Multiplier) >> _shift);
        while (keys[slot] != key && keys[slot] != 0)
        {
            slot = (slot + 1) & _mask;
        }

        return slot;
    }
}
