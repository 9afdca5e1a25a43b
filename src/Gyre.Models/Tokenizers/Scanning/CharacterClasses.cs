using System.Globalization;
using System.Runtime.CompilerServices;
using Gyre.Tensors;

namespace Gyre.Models.Tokenizers.Scanning;

/// <summary>Looks up the <see cref="CharacterClass"/> of characters in UTF-16 text.</summary>
internal static class CharacterClasses
{
    private static readonly CharacterClass[] Table = BuildTable();

    /// <summary>The class of one UTF-16 unit that is not half of a pair; unpaired surrogates count as U+FFFD (a symbol).</summary>
    [HotPath]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CharacterClass OfUnit(char unit) => Table[unit];

    /// <summary>The class of the character that starts at a position, and its width in UTF-16 units (1 or 2).</summary>
    [HotPath]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CharacterClass At(ReadOnlySpan<char> text, int position, out int width)
    {
        var unit = text[position];
        width = 1;
        return char.IsHighSurrogate(unit) ? OfPair(text, position, out width) : Table[unit];
    }

    /// <summary>The width in UTF-16 units of the character that starts at a position.</summary>
    public static int Width(ReadOnlySpan<char> text, int position) =>
        char.IsHighSurrogate(text[position]) && position + 1 < text.Length && char.IsLowSurrogate(text[position + 1]) ? 2 : 1;

    /// <summary>The end of the run of characters, from a position on, that belong to any of the wanted classes.</summary>
    [HotPath]
    public static int RunEnd(ReadOnlySpan<char> text, int start, CharacterClass wanted)
    {
        var table = Table;
        var at = start;
        while (at < text.Length)
        {
            var unit = text[at];
            if (char.IsHighSurrogate(unit))
            {
                if ((OfPair(text, at, out var width) & wanted) == CharacterClass.None)
                {
                    break;
                }

                at += width;
                continue;
            }

            if ((table[unit] & wanted) == CharacterClass.None)
            {
                break;
            }

            at++;
        }

        return at;
    }

    /// <summary>The end of the run of characters that belong to none of the given classes.</summary>
    [HotPath]
    public static int RunEndOutside(ReadOnlySpan<char> text, int start, CharacterClass unwanted)
    {
        var table = Table;
        var at = start;
        while (at < text.Length)
        {
            var unit = text[at];
            var width = 1;
            var found = char.IsHighSurrogate(unit) ? OfPair(text, at, out width) : table[unit];
            if ((found & unwanted) != CharacterClass.None)
            {
                break;
            }

            at += width;
        }

        return at;
    }

    private static CharacterClass OfPair(ReadOnlySpan<char> text, int position, out int width)
    {
        if (position + 1 < text.Length && char.IsLowSurrogate(text[position + 1]))
        {
            width = 2;
            return OfCodePoint(char.ConvertToUtf32(text[position], text[position + 1]));
        }

        width = 1;
        return CharacterClass.Symbol;
    }

    private static CharacterClass OfCodePoint(int codePoint) => CharUnicodeInfo.GetUnicodeCategory(codePoint) switch
    {
        UnicodeCategory.UppercaseLetter or UnicodeCategory.TitlecaseLetter => CharacterClass.Letter | CharacterClass.Upper,
        UnicodeCategory.LowercaseLetter => CharacterClass.Letter | CharacterClass.Lower,
        UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter => CharacterClass.Letter | CharacterClass.Uncased,
        UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => CharacterClass.Number,
        UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark => CharacterClass.Mark,
        UnicodeCategory.ConnectorPunctuation => CharacterClass.Punctuation | CharacterClass.Connector,
        UnicodeCategory.DashPunctuation or UnicodeCategory.OpenPunctuation or UnicodeCategory.ClosePunctuation
            or UnicodeCategory.InitialQuotePunctuation or UnicodeCategory.FinalQuotePunctuation
            or UnicodeCategory.OtherPunctuation => CharacterClass.Punctuation,
        UnicodeCategory.MathSymbol or UnicodeCategory.CurrencySymbol or UnicodeCategory.ModifierSymbol
            or UnicodeCategory.OtherSymbol => CharacterClass.Symbol,
        _ => CharacterClass.None,
    };

    private static CharacterClass[] BuildTable()
    {
        var table = new CharacterClass[char.MaxValue + 1];
        for (var unit = 0; unit < table.Length; unit++)
        {
            var found = char.IsSurrogate((char)unit) ? CharacterClass.Symbol : OfCodePoint(unit);
            if (char.IsWhiteSpace((char)unit))
            {
                found |= CharacterClass.Space;
            }

            if (unit is '\r' or '\n')
            {
                found |= CharacterClass.NewLine;
            }

            if (char.IsAsciiLetter((char)unit))
            {
                found |= CharacterClass.AsciiLetter;
            }

            if (unit < 128 && (char.IsPunctuation((char)unit) || char.IsSymbol((char)unit)))
            {
                found |= CharacterClass.AsciiPunctuation;
            }

            table[unit] = found;
        }

        return table;
    }
}
