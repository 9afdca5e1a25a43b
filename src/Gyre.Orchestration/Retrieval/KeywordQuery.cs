using System.Globalization;
using System.Text;

namespace Gyre.Orchestration.Retrieval;

/// <summary>Turns what a user writes into an FTS5 expression in which nothing of it is an operator.</summary>
internal static class KeywordQuery
{
    /// <summary>More different words than this of one question are not looked for.</summary>
    public const int MostWords = 256;

    /// <summary>The expression that finds texts with any of the words, or null when there is none.</summary>
    /// <remarks>Every word is letters, digits and marks alone, in quotes: no character of FTS5's language is left, in or out of them.</remarks>
    public static string? Write(string text, bool ignoresStopWords)
    {
        var words = Words(text);
        if (ignoresStopWords)
        {
            var telling = words.FindAll(word => !StopWords.English.Contains(word));
            words = telling.Count > 0 ? telling : words;
        }

        return words.Count == 0 ? null : string.Join(" OR ", words.Take(MostWords).Select(word => $"\"{word}\""));
    }

    /// <summary>The different words in their order, in lower case.</summary>
    public static List<string> Words(string text)
    {
        var words = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var word = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsOfWord(rune))
            {
                word.Append(Rune.ToLowerInvariant(rune));
                continue;
            }

            Finish();
        }

        Finish();
        return words;

        void Finish()
        {
            if (word.Length > 0 && word.ToString() is var found && seen.Add(found))
            {
                words.Add(found);
            }

            word.Clear();
        }
    }

    /// <summary>Letters, numbers, private use, and marks, which belong to the letter before them. A broken surrogate reads as U+FFFD, a symbol.</summary>
    private static bool IsOfWord(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter
        or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber
        or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark
        or UnicodeCategory.PrivateUse;
}
