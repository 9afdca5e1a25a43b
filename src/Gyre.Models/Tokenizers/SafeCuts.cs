using Gyre.Models.Tokenizers.Normalization;

namespace Gyre.Models.Tokenizers;

/// <summary>Knows where a text can be cut because no token of a vocabulary joins the two neighbours. Immutable once filled.</summary>
/// <remarks>
/// Such places are before a space mark, and round characters that stand alone in every token. What encodes a text by its
/// tokens alone gives the same ids for the parts, so each part can be encoded, and remembered, alone.
/// </remarks>
internal sealed class SafeCuts
{
    // Flags of UTF-16 units: the space mark, units that some token puts before the mark, units that no token joins with any other.
    private const byte IsMark = 1;
    private const byte JoinsMark = 2;
    private const byte IsAlone = 4;

    private readonly byte[] _units = new byte[char.MaxValue + 1];

    /// <param name="joinsUnknown">A run of characters without a token gives one unknown token, so it must not be cut apart.</param>
    public SafeCuts(bool joinsUnknown)
    {
        // Halves of surrogate pairs are never cut apart.
        _units.AsSpan().Fill(joinsUnknown ? (byte)0 : IsAlone);
        _units.AsSpan(0xD800, 0x800).Clear();
        _units[SpaceNormalizer.Space] |= IsMark;
    }

    /// <summary>Takes note of a token that encoding may give.</summary>
    public void Learn(string token)
    {
        for (var i = 0; i < token.Length && token.Length > 1; i++)
        {
            _units[token[i]] &= unchecked((byte)~IsAlone);
            if (i > 0 && token[i] == SpaceNormalizer.Space)
            {
                _units[token[i - 1]] |= JoinsMark;
            }
        }
    }

    /// <summary>The end of the part that begins at a position.</summary>
    public int PartEnd(ReadOnlySpan<char> text, int start)
    {
        var units = _units;
        for (var at = start + 1; at < text.Length; at++)
        {
            var before = units[text[at - 1]];
            var next = units[text[at]];
            if (((before | next) & IsAlone) != 0 || ((next & IsMark) != 0 && (before & JoinsMark) == 0))
            {
                return at;
            }
        }

        return text.Length;
    }
}
