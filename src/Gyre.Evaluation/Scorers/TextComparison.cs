using System.Text;
using System.Text.RegularExpressions;

namespace Gyre.Evaluation.Scorers;

/// <summary>How scorers look at text: normal forms, words, and whether a phrase stands in a text.</summary>
public static partial class TextComparison
{
    /// <summary>Lower case without punctuation, articles and extra white space, for comparing short answers.</summary>
    /// <remarks>Source: the normalisation of the SQuAD evaluation (Rajpurkar et al., 2016): ASCII punctuation is removed, not spaced.</remarks>
    public static string NormalizeAnswer(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var clean = new StringBuilder(text.Length);
        foreach (var character in text.ToLowerInvariant())
        {
            if (!(char.IsAscii(character) && (char.IsPunctuation(character) || char.IsSymbol(character))))
            {
                clean.Append(character);
            }
        }

        return Collapse(Articles().Replace(clean.ToString(), " "));
    }

    /// <summary>Lower case with single spaces; apostrophes become straight.</summary>
    public static string NormalizeSpaces(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Collapse(text.ToLowerInvariant().Replace('\u2019', '\''));
    }

    /// <summary>True when the phrase stands in the text as whole words, case and white space aside.</summary>
    /// <param name="text">A text in the form of <see cref="NormalizeSpaces"/>.</param>
    /// <param name="phrase">A phrase in the same form; an empty one stands nowhere.</param>
    public static bool ContainsPhrase(string text, string phrase)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentException.ThrowIfNullOrEmpty(phrase);
        for (var at = text.IndexOf(phrase, StringComparison.Ordinal); at >= 0; at = text.IndexOf(phrase, at + 1, StringComparison.Ordinal))
        {
            var end = at + phrase.Length;
            var startsWord = at == 0 || !char.IsLetterOrDigit(phrase[0]) || !(char.IsLetterOrDigit(text[at - 1]) || IsInsideWord(text, at - 1));
            var endsWord = end == text.Length || !char.IsLetterOrDigit(phrase[^1]) || !(char.IsLetterOrDigit(text[end]) || IsInsideWord(text, end));

            // "9.90 euros" does not stand in "39.90 euros" (letters and digits) nor in "5.9.90 euros".
            var continuesNumber = at > 1 && char.IsDigit(phrase[0]) && text[at - 1] is '.' or ',' && char.IsDigit(text[at - 2]);
            if (startsWord && endsWord && !continuesNumber)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The number of words, parted by white space.</summary>
    public static int CountWords(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;
    }

    /// <summary>True for the apostrophe of a contraction: the "m" of "I'm" is no word. What stands before a possessive's "'s" is one.</summary>
    private static bool IsInsideWord(string text, int at) =>
        text[at] == '\'' && at > 0 && at + 1 < text.Length && char.IsLetter(text[at - 1]) && char.IsLetter(text[at + 1])
        && !text.AsSpan(at + 1).StartsWith("s", StringComparison.Ordinal);

    private static string Collapse(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    [GeneratedRegex(@"\b(?:a|an|the)\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Articles();
}
