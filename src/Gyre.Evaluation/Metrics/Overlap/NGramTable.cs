using System.Numerics;

namespace Gyre.Evaluation.Metrics.Overlap;

/// <summary>N-grams as numbers, each from the number of its first n − 1 words and its last word.</summary>
/// <remarks>
/// Keys are exact pairs; where both parts are below 64, they are the place of the number in a square. The multiplier of the hash differs from process to process, so that no text can be made whose
/// n-grams collide; numbers and results do not depend on it.
/// </remarks>
internal sealed class NGramTable
{
    private static readonly ulong Multiplier = ((ulong)(uint)"first".GetHashCode(StringComparison.Ordinal) << 32) | (uint)"second".GetHashCode(StringComparison.Ordinal) | 1;
    private const int SideBits = 6;
    private const int Side = 1 << SideBits;
    private readonly int[] _square = new int[Side * Side]; // The turn and the number.
    private int _turn;
    private bool _isSquare;
    private long[] _keys = new long[64]; // The pair plus 1; 0 is free.
    private int[] _numbers = new int[64];
    private int _shift = 58;
    private int _mask = 63;

    /// <summary>How many n-grams there are.</summary>
    public int Count { get; private set; }

    /// <summary>Slots held.</summary>
    public int Capacity => _keys.Length;

    /// <summary>Forgets all n-grams and makes room for so many.</summary>
    /// <param name="capacity">The most n-grams.</param>
    /// <param name="parts">All numbers in pairs are below this one.</param>
    public void Reset(int capacity, int parts)
    {
        _isSquare = parts <= Side;
        if (_isSquare)
        {
            Count = 0;
            if (++_turn == int.MaxValue / Side)
            {
                Array.Clear(_square);
                _turn = 1;
            }

            return;
        }

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
        if (_isSquare)
        {
            ref var place = ref _square[(prefix << SideBits) | word];
            if (place >> SideBits != _turn)
            {
                place = (_turn << SideBits) | Count++;
            }

            return place & (Side - 1);
        }

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
        if (_isSquare)
        {
            var place = _square[(prefix << SideBits) | word];
            return place >> SideBits == _turn ? place & (Side - 1) : -1;
        }

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
