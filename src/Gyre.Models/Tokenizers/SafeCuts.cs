using System.Runtime.CompilerServices;
using Gyre.Tensors;

namespace Gyre.Models.Tokenizers;

/// <summary>Knows where a text can be cut because no token of a vocabulary joins the two neighbours. Immutable once filled.</summary>
/// <remarks>
/// What encodes a text by its tokens alone gives the same ids for the parts, so each part can be encoded, and remembered,
/// alone. Pairs of neighbours are kept by ten bits of each unit: one that only looks like a joined pair is not cut.
/// </remarks>
internal sealed class SafeCuts
{
    private const int UnitBits = 10;
    private const int UnitMask = (1 << UnitBits) - 1;

    // A row of bits for each first unit: which units some token puts after it.
    private readonly ulong[] _joined = new ulong[1 << ((2 * UnitBits) - 6)];

    // Units that are tokens by themselves; null when unknown characters do not matter.
    private readonly bool[]? _isToken;

    /// <param name="joinsUnknown">A run of characters without a token gives one unknown token, so it must not be cut apart.</param>
    public SafeCuts(bool joinsUnknown) => _isToken = joinsUnknown ? new bool[char.MaxValue + 1] : null;

    /// <summary>Takes note of a token that encoding may give.</summary>
    public void Learn(string token)
    {
        if (token.Length == 1 && _isToken is not null)
        {
            _isToken[token[0]] = true;
        }

        for (var i = 1; i < token.Length; i++)
        {
            _joined[Row(token[i - 1], token[i])] |= 1UL << (token[i] & 63);
        }
    }

    /// <summary>The end of the part that begins at a position.</summary>
    [HotPath]
    [MethodImpl(MethodImplOptions.NoInlining)] // Called often, it is compiled well soon.
    public int PartEnd(ReadOnlySpan<char> text, int start)
    {
        var joined = _joined;
        for (var at = start + 1; at < text.Length; at++)
        {
            var (before, next) = (text[at - 1], text[at]);
            if (((joined[Row(before, next)] >> (next & 63)) & 1) == 0 && MayPart(before, next))
            {
                return at;
            }
        }

        return text.Length;
    }

    private static int Row(char before, char next) => ((before & UnitMask) << (UnitBits - 6)) | ((next & UnitMask) >> 6);

    // Halves of surrogate pairs and neighbours that may both be unknown stay together.
    private bool MayPart(char before, char next) => !char.IsLowSurrogate(next) && (_isToken is null || _isToken[before] || _isToken[next]);
}
