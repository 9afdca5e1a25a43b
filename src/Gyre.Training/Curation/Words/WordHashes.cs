using System.Text;

namespace Gyre.Training.Curation.Words;

/// <summary>A text's words as hashes: without case and punctuation, in their order.</summary>
/// <remarks>
/// A word is a run of letters, digits and marks. Scripts that are written without spaces (Chinese, Japanese, Thai, Lao, Khmer,
/// Burmese) have each character as a word. Hashes are fixed: the same on every machine and version of .NET.
/// </remarks>
internal static class WordHashes
{
    private const ulong Offset = 14695981039346656037UL;
    private const ulong Prime = 1099511628211UL;

    /// <summary>The hashes of a text's words.</summary>
    public static ulong[] Of(string text)
    {
        var words = new List<ulong>(text.Length / 6);
        Add(text, words);
        return [.. words];
    }

    /// <summary>Appends the hashes of a text's words.</summary>
    public static void Add(string text, List<ulong> destination)
    {
        var (hash, isOpen) = (Offset, false);
        for (var at = 0; at < text.Length; at++)
        {
            var character = text[at];
            if (char.IsAscii(character) ? char.IsAsciiLetterOrDigit(character) : !char.IsSurrogate(character) && IsWordCharacter(character))
            {
                if (IsWordOfItsOwn(character))
                {
                    Close();
                    destination.Add(Mix((Offset ^ character) * Prime));
                    continue;
                }

                hash = (hash ^ char.ToLowerInvariant(character)) * Prime;
                isOpen = true;
            }
            else if (char.IsHighSurrogate(character) && at + 1 < text.Length && Rune.TryCreate(character, text[at + 1], out var rune))
            {
                at++;
                if (Rune.IsLetterOrDigit(rune))
                {
                    Close();
                    destination.Add(Mix((Offset ^ (uint)rune.Value) * Prime));
                }
                else
                {
                    Close();
                }
            }
            else
            {
                Close();
            }
        }

        Close();

        void Close()
        {
            if (isOpen)
            {
                destination.Add(Mix(hash));
                (hash, isOpen) = (Offset, false);
            }
        }
    }

    /// <summary>Spreads a hash over all its bits.</summary>
    /// <remarks>Source: the finaliser of SplitMix64, G. Steele, D. Lea and C. Flood, 2014.</remarks>
    public static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
        return value ^ (value >> 31);
    }

    private static bool IsWordCharacter(char character) => char.GetUnicodeCategory(character) is
        System.Globalization.UnicodeCategory.UppercaseLetter or System.Globalization.UnicodeCategory.LowercaseLetter or System.Globalization.UnicodeCategory.TitlecaseLetter
        or System.Globalization.UnicodeCategory.ModifierLetter or System.Globalization.UnicodeCategory.OtherLetter or System.Globalization.UnicodeCategory.DecimalDigitNumber
        or System.Globalization.UnicodeCategory.NonSpacingMark or System.Globalization.UnicodeCategory.SpacingCombiningMark or System.Globalization.UnicodeCategory.LetterNumber;

    private static bool IsWordOfItsOwn(char character) => character is
        (>= '\u0E00' and <= '\u0EFF') or (>= '\u1000' and <= '\u109F') or (>= '\u1780' and <= '\u17FF') or (>= '\u3040' and <= '\u30FF') or (>= '\u3400' and <= '\u4DBF') or (>= '\u4E00' and <= '\u9FFF') or (>= '\uF900' and <= '\uFAFF');
}
