namespace Gyre.Evaluation.Metrics.Edits;

/// <summary>Where each symbol stands in a block of at most 64 symbols, as bits.</summary>
/// <remarks>ASCII has a slot of its own; other symbols, at most 64 of them, are hashed into 128 slots.</remarks>
internal readonly ref struct BlockMasks
{
    /// <summary>Symbols in a block.</summary>
    public const int Bits = 64;

    /// <summary>Elements of each buffer that a caller lends.</summary>
    public const int Slots = 128;

    private readonly Span<ulong> _ascii;
    private readonly Span<ulong> _others;
    private readonly Span<int> _keys;

    public BlockMasks(Span<ulong> ascii, Span<ulong> others, Span<int> keys)
    {
        _ascii = ascii[..Slots];
        _others = others[..Slots];
        _keys = keys[..Slots];
    }

    public readonly ulong this[int symbol]
    {
        get
        {
            if ((uint)symbol < Slots)
            {
                return _ascii[symbol];
            }

            return _others[SlotOf(symbol)];
        }
    }

    /// <summary>Forgets the last block and takes this one.</summary>
    public readonly void Load(ReadOnlySpan<int> block)
    {
        _ascii.Clear();
        _others.Clear();
        _keys.Clear();
        for (var i = 0; i < block.Length; i++)
        {
            if ((uint)block[i] < Slots)
            {
                _ascii[block[i]] |= 1UL << i;
                continue;
            }

            var slot = SlotOf(block[i]);
            _keys[slot] = block[i];
            _others[slot] |= 1UL << i;
        }
    }

    /// <summary>The symbol's slot, or the empty one where it would stand; at most 64 of 128 are taken, so that one is found.</summary>
    private int SlotOf(int symbol)
    {
        // A key is never 0: symbols below 128 are not hashed.
        var slot = (int)((uint)symbol * 2654435769u >> 25);
        while (_keys[slot] != 0 && _keys[slot] != symbol)
        {
            slot = (slot + 1) & (Slots - 1);
        }

        return slot;
    }
}
