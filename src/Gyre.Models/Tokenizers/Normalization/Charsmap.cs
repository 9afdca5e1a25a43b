using System.Buffers.Binary;
using System.Text;

namespace Gyre.Models.Tokenizers.Normalization;

/// <summary>SentencePiece's compiled normalisation rules: a double-array trie from UTF-8 prefixes to replacements.</summary>
/// <remarks>
/// Source: the <c>precompiled_charsmap</c> of sentencepiece's NormalizerSpec: the trie's length in bytes, its units
/// (32 bits, little-endian, as Darts-clone packs them), then the replacements, each ended by a zero byte.
/// </remarks>
internal sealed class Charsmap
{
    private readonly uint[] _units;
    private readonly byte[] _replacements;

    private Charsmap(uint[] units, byte[] replacements)
    {
        _units = units;
        _replacements = replacements;
    }

    /// <summary>Reads compiled rules; null when there are none.</summary>
    /// <remarks>Errors: RUN0103 when the lengths do not fit.</remarks>
    public static Charsmap? Read(ReadOnlySpan<byte> compiled)
    {
        if (compiled.IsEmpty)
        {
            return null;
        }

        if (compiled.Length < 4)
        {
            throw TokenizerErrors.BrokenSentencePiece($"found normalisation rules of {compiled.Length} bytes", 0);
        }

        var trieBytes = BinaryPrimitives.ReadUInt32LittleEndian(compiled);
        if (trieBytes == 0 || trieBytes % 4 != 0 || trieBytes > compiled.Length - 4)
        {
            throw TokenizerErrors.BrokenSentencePiece(
                $"found normalisation rules whose trie takes {trieBytes:N0} of {compiled.Length:N0} bytes", 0);
        }

        var units = new uint[trieBytes / 4];
        for (var i = 0; i < units.Length; i++)
        {
            units[i] = BinaryPrimitives.ReadUInt32LittleEndian(compiled[(4 + (i * 4))..]);
        }

        return new Charsmap(units, compiled[(4 + (int)trieBytes)..].ToArray());
    }

    /// <summary>The replacement of the longest rule that the text begins with; false when no rule applies.</summary>
    /// <param name="text">UTF-8.</param>
    /// <param name="length">How many bytes the rule covers.</param>
    /// <param name="replacement">UTF-8; may be empty.</param>
    public bool TryMatch(ReadOnlySpan<byte> text, out int length, out ReadOnlySpan<byte> replacement)
    {
        length = 0;
        var value = 0u;
        var node = Offset(_units[0]);
        for (var i = 0; i < text.Length; i++)
        {
            node ^= text[i];
            if (node >= _units.Length || (_units[node] & 0x800000FFu) != text[i])
            {
                break;
            }

            var unit = _units[node];
            node ^= Offset(unit);
            var endsCharacter = i + 1 == text.Length || (text[i + 1] & 0xC0) != 0x80;
            if ((unit & 0x100) != 0 && node < _units.Length && endsCharacter)
            {
                length = i + 1;
                value = _units[node] & 0x7FFFFFFF;
            }
        }

        replacement = default;
        if (length == 0 || value >= _replacements.Length)
        {
            length = 0;
            return false;
        }

        replacement = _replacements.AsSpan((int)value);
        var end = replacement.IndexOf((byte)0);
        replacement = end < 0 ? replacement : replacement[..end];
        return true;
    }

    /// <summary>True when no rule covers this ASCII character alone or together with an ASCII character behind it.</summary>
    public bool LeavesAlone(byte character)
    {
        if (TryMatch([character], out _, out _))
        {
            return false;
        }

        var node = Offset(_units[0]) ^ character;
        if (node >= _units.Length || (_units[node] & 0x800000FFu) != character)
        {
            return true;
        }

        node ^= Offset(_units[node]);
        for (var next = 1u; next < 128; next++)
        {
            if ((node ^ next) < _units.Length && (_units[node ^ next] & 0x800000FFu) == next)
            {
                return false;
            }
        }

        return true;
    }

    private static uint Offset(uint unit) => (unit >> 10) << (int)((unit & 0x200) >> 6);
}
