using System.Globalization;
using System.Text;

namespace Gyre.Evaluation.Metrics.Overlap;

/// <summary>Whitespace and lower case as the reference implementations, which are written in Python, understand them.</summary>
internal static class PythonText
{
    /// <summary>Whether <c>str.split</c> and <c>str.rstrip</c> take a character for whitespace.</summary>
    public static bool IsSpace(char character) => character <= ' '
        ? character is ' ' or (>= '\t' and <= '\r') or (>= '\x1c' and <= '\x1f')
        : character >= '\x85' && char.IsWhiteSpace(character);

    /// <summary>The text without whitespace at its end.</summary>
    public static ReadOnlySpan<char> TrimEnd(ReadOnlySpan<char> text)
    {
        var length = text.Length;
        while (length > 0 && IsSpace(text[length - 1]))
        {
            length--;
        }

        return text[..length];
    }

    /// <summary>Appends a text in lower case, with the two mappings that are more than one character for another: İ and the final Σ.</summary>
    public static void AppendLower(ReadOnlySpan<char> text, CharBuffer destination)
    {
        if (Ascii.IsValid(text))
        {
            Ascii.ToLower(text, destination.Extend(text.Length), out _);
            return;
        }

        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case 'İ':
                    destination.Append("i\u0307");
                    break;
                case 'Σ':
                    destination.Append(IsFinal(text, i) ? 'ς' : 'σ');
                    break;
                case var high when char.IsHighSurrogate(high) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]):
                    var lower = Rune.ToLowerInvariant(new Rune(high, text[++i]));
                    lower.EncodeToUtf16(destination.Extend(lower.Utf16SequenceLength));
                    break;
                default:
                    destination.Append(char.ToLowerInvariant(text[i]));
                    break;
            }
        }
    }

    // Unicode's condition Final_Sigma: a cased letter before, none after, marks and points between not counted.
    private static bool IsFinal(ReadOnlySpan<char> text, int sigma)
    {
        var before = sigma - 1;
        while (before >= 0 && IsIgnorable(text[before]))
        {
            before--;
        }

        if (before < 0 || !IsCased(text[before]))
        {
            return false;
        }

        var after = sigma + 1;
        while (after < text.Length && IsIgnorable(text[after]))
        {
            after++;
        }

        return after == text.Length || !IsCased(text[after]);
    }

    private static bool IsCased(char character) => char.GetUnicodeCategory(character)
        is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter;

    private static bool IsIgnorable(char character) => character is '\'' or '.' or ':' or '\u00b7' or '\u2018' or '\u2019' or '\u2024' or '\u2027'
        || char.GetUnicodeCategory(character) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format
            or UnicodeCategory.ModifierLetter or UnicodeCategory.ModifierSymbol;
}
