using System.Buffers;
using System.Numerics;

namespace Gyre.Evaluation.Metrics.Edits;

/// <summary>Numbers the symbols of a text densely enough for tables: ASCII by itself, others by a hash that is exact.</summary>
/// <remarks>Owns a rented buffer until disposed. Cost: one pass over the text.</remarks>
internal readonly ref struct SymbolSlots : IDisposable
{
    private const int Ascii = 128;
    private readonly int[] _rented;
    private readonly int _hashed;

    /// <param name="text">The text whose symbols get slots.</param>
    public SymbolSlots(ReadOnlySpan<int> text)
    {
        var others = 0;
        foreach (var symbol in text)
        {
            others += (uint)symbol < Ascii ? 0 : 1;
        }

        // At least one slot stays empty, so that a search ends.
        _hashed = others == 0 ? 0 : (int)BitOperations.RoundUpToPowerOf2((uint)(2 * others));
        _rented = ArrayPool<int>.Shared.Rent(_hashed);
        _rented.AsSpan(0, _hashed).Clear();
        foreach (var symbol in text)
        {
            if ((uint)symbol >= Ascii)
            {
                _rented[Find(symbol)] = symbol;
            }
        }
    }

    /// <summary>How many slots a table needs.</summary>
    public int Count => Ascii + _hashed;

    /// <summary>The symbol's slot. One that the text lacks has an ASCII slot of its own, an empty slot, or −1.</summary>
    public int this[int symbol] => (uint)symbol < Ascii ? symbol : _hashed == 0 ? -1 : Ascii + Find(symbol);

    public void Dispose() => ArrayPool<int>.Shared.Return(_rented);

    /// <summary>Where a symbol stands or would stand; 0 marks an empty place, and no hashed symbol is 0.</summary>
    private int Find(int symbol)
    {
        var place = (int)((uint)symbol * 2654435769u >> 7) & (_hashed - 1);
        while (_rented[place] != 0 && _rented[place] != symbol)
        {
            place = (place + 1) & (_hashed - 1);
        }

        return place;
    }
}
