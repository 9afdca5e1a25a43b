using System.Globalization;
using System.Text;

namespace Gyre.Training.Curation.Cleaning;

/// <summary>Characters that nobody sees: which they are, and texts without those that nothing needs.</summary>
internal static class InvisibleCharacters
{
    private const int BlackFlag = 0x1F3F4;
    private const int TagEnd = 0xE007F;

    /// <summary>Characters that order text from right to left and back: embeddings, overrides, isolates and marks.</summary>
    public static bool IsBidirectional(int codePoint) => codePoint is (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069) or 0x200E or 0x200F or 0x061C;

    /// <summary>Characters without width that join, part or fill.</summary>
    public static bool IsZeroWidth(int codePoint) => codePoint is (>= 0x200B and <= 0x200D) or (>= 0x2060 and <= 0x2064) or 0xFEFF or 0x00AD or 0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or 0x180E or 0x3164 or 0xFFA0;

    /// <summary>Invisible copies of ASCII.</summary>
    public static bool IsTag(int codePoint) => codePoint is >= 0xE0000 and <= TagEnd;

    /// <summary>Selects how a character before it is drawn; more than 16 of them in a row carry bytes instead.</summary>
    public static bool IsVariationSelector(int codePoint) => codePoint is (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0100 and <= 0xE01EF);

    /// <summary>The text without controls (but for tabs and line ends) and without invisible characters that no script or emoji needs.</summary>
    public static string Remove(string text)
    {
        if (!NeedsLook(text))
        {
            return text;
        }

        var kept = new StringBuilder(text.Length);
        var before = 0;
        var inFlag = false;
        for (var at = 0; at < text.Length;)
        {
            var isWhole = Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out var width) == System.Buffers.OperationStatus.Done;
            at += width;
            var code = rune.Value;
            inFlag = code == BlackFlag || (inFlag && IsTag(code));
            if (!isWhole || (!inFlag && IsTag(code)) || IsUnneeded(code, before, at < text.Length ? Next(text, at) : 0))
            {
                continue;
            }

            if (code == '\r')
            {
                if (at < text.Length && text[at] == '\n')
                {
                    continue;
                }

                kept.Append('\n');
                continue;
            }

            kept.Append(text, at - width, width);
            before = code;
        }

        return kept.Length == text.Length ? text : kept.ToString();
    }

    private static bool NeedsLook(string text)
    {
        foreach (var character in text)
        {
            if (character is < ' ' and not ('\n' or '\t') or (>= '\u007F' and <= '\u009F') or '\u00AD' or '\u034F' or '\u061C' or (>= '\u115F' and <= '\u1160') or (>= '\u17B4' and <= '\u17B5') or '\u180E'
                or (>= '\u200B' and <= '\u200F') or (>= '\u2028' and <= '\u202E') or (>= '\u2060' and <= '\u206F') or '\u3164' or '\uFEFF' or '\uFFA0' or (>= '\uFFF9' and <= '\uFFFB')
                || char.IsSurrogate(character))
            {
                return true;
            }
        }

        return false;
    }

    private static int Next(string text, int at)
    {
        Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out _);
        return rune.Value;
    }

    private static bool IsUnneeded(int code, int before, int after)
    {
        if (code is '\n' or '\t' or '\r')
        {
            return false;
        }

        // Joiners and non-joiners are spelling in Arabic and Indic scripts, and glue emoji together.
        if (code is 0x200C or 0x200D)
        {
            return !(IsJoining(before) && (after == 0 || IsJoining(after)));
        }

        // Hebrew and Arabic need the two marks beside neutral characters; the overrides are what attacks use.
        if (code is 0x200E or 0x200F or 0x061C)
        {
            return !(IsRightToLeft(before) || IsRightToLeft(after));
        }

        return code < ' ' || code is >= 0x7F and <= 0x9F || IsZeroWidth(code) || IsBidirectional(code) || code is 0x2028 or 0x2029 or (>= 0x206A and <= 0x206F) or (>= 0xFFF9 and <= 0xFFFB) || (code & 0xFFFE) == 0xFFFE;
    }

    private static bool IsJoining(int code) => code >= 0x0600 && (IsRightToLeft(code) || code is >= 0x0900 and <= 0x0DFF or >= 0x1780 and <= 0x17FF or >= 0x1000 and <= 0x109F || code is 0xFE0F or 0x20E3 || code >= 0x1F000 || code is >= 0x2190 and <= 0x2BFF);

    private static bool IsRightToLeft(int code) => code is (>= 0x0590 and <= 0x08FF) or (>= 0xFB1D and <= 0xFDFF) or (>= 0xFE70 and <= 0xFEFC) && CharUnicodeInfo.GetUnicodeCategory(code) != UnicodeCategory.OtherNotAssigned;
}
