using System.Text;

namespace Gyre.Training.Curation.Cleaning;

/// <summary>UTF-8 that somebody read as Windows-1252: <c>Ã©</c> where <c>é</c> was, <c>â€™</c> where <c>’</c> was.</summary>
/// <remarks>
/// Mended are runs of characters whose Windows-1252 bytes are strict UTF-8 of a character that such accidents usually hit: two-byte
/// ones up to U+017F, three-byte ones of punctuation, currency, letter-like signs and dashes, four-byte ones of emoji. A run of two
/// or more sequences of the same length may stand for any letters (Cyrillic, Greek, Chinese). A single <c>É”</c> stays what it is.
/// </remarks>
internal static class Mojibake
{
    private const int MostLatin = 0x17F;
    private const int ShortestForeignRun = 3;

    /// <summary>What Windows-1252 has at 0x80 to 0x9F; its five holes stand for the controls, as browsers read them.</summary>
    private static readonly char[] High =
    [
        '\u20AC', '\u0081', '\u201A', '\u0192', '\u201E', '\u2026', '\u2020', '\u2021', '\u02C6', '\u2030', '\u0160', '\u2039', '\u0152', '\u008D', '\u017D', '\u008F',
        '\u0090', '\u2018', '\u2019', '\u201C', '\u201D', '\u2022', '\u2013', '\u2014', '\u02DC', '\u2122', '\u0161', '\u203A', '\u0153', '\u009D', '\u017E', '\u0178',
    ];

    /// <summary>The text with such runs mended; the same instance when there are none.</summary>
    public static string Mend(string text)
    {
        StringBuilder? mended = null;
        var copied = 0;
        for (var at = 0; at < text.Length;)
        {
            if (text[at] is < '\u00C2' or > '\u00F4' || !TryDecode(text, at, out var end, out var decoded))
            {
                at++;
                continue;
            }

            mended ??= new StringBuilder(text.Length);
            mended.Append(text, copied, at - copied).Append(decoded);
            at = copied = end;
        }

        return mended is null ? text : mended.Append(text, copied, text.Length - copied).ToString();
    }

    /// <summary>Sequences from a place on, as far as they go.</summary>
    private static bool TryDecode(string text, int start, out int end, out string decoded)
    {
        var runes = new StringBuilder();
        var (count, areUsual) = (0, true);
        end = start;
        Span<byte> bytes = stackalloc byte[4];
        while (end < text.Length && ByteOf(text[end]) is >= 0xC2 and <= 0xF4 and var lead)
        {
            var length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
            if (end + length > text.Length)
            {
                break;
            }

            for (var i = 0; i < length; i++)
            {
                var value = ByteOf(text[end + i]);
                bytes[i] = value < 0 ? (byte)0xFF : (byte)value;
            }

            if (Rune.DecodeFromUtf8(bytes[..length], out var rune, out var used) != System.Buffers.OperationStatus.Done || used != length)
            {
                break;
            }

            runes.Append(rune);
            areUsual &= IsUsual(rune.Value);
            count++;
            end += length;
        }

        decoded = runes.ToString();
        return count > 0 && (areUsual || count >= ShortestForeignRun);
    }

    private static bool IsUsual(int code) => code is (>= 0xA0 and <= MostLatin) or (>= 0x2010 and <= 0x2044) or (>= 0x20A0 and <= 0x20BF) or (>= 0x2100 and <= 0x22FF) or (>= 0x2500 and <= 0x27BF) or 0xFEFF or 0xFFFD or >= 0x1F000;

    private static int ByteOf(char character)
    {
        if (character is < '\u0080' or (>= '\u00A0' and <= '\u00FF'))
        {
            return character;
        }

        var place = Array.IndexOf(High, character);
        return place < 0 ? -1 : 0x80 + place;
    }
}
