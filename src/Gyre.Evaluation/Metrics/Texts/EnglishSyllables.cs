namespace Gyre.Evaluation.Metrics.Texts;

/// <summary>Syllables of an English word by spelling, without a dictionary.</summary>
/// <remarks>
/// Groups of a, e, i, o, u, y count one each, accents aside; u after q is no vowel. A final e, es or ed behind a consonant is silent,
/// except -le, -les, -led behind another consonant (ta-ble), -es behind s, x, z, c, g, ch or sh (box-es) and -ed behind t or d (want-ed). "ia", "io",
/// "iu" are two syllables unless c, g, s, t or x stands before them (na-tion). A vowel before -ing counts of its own (be-ing); a final -sm is a
/// syllable. Every word has one at least. Words of other languages get what these rules give.
/// </remarks>
public static class EnglishSyllables
{
    /// <summary>How many syllables the word has, 1 or more.</summary>
    public static int Count(ReadOnlySpan<char> word)
    {
        var (syllables, wasVowel) = (0, false);
        for (var i = 0; i < word.Length; i++)
        {
            var isVowel = IsVowel(word, i);
            syllables += isVowel && !wasVowel ? 1 : 0;
            if (isVowel && wasVowel && Lower(word, i - 1) == 'i' && Lower(word, i) is 'a' or 'o' or 'u')
            {
                syllables += i >= 2 && Lower(word, i - 2) is 'c' or 'g' or 's' or 't' or 'x' ? 0 : 1;
            }

            wasVowel = isVowel;
        }

        if (word.Length > 3 && Ends(word, "ing") && IsVowel(word, word.Length - 4))
        {
            syllables++;
        }

        syllables += word.Length > 2 && Ends(word, "sm") ? 1 : 0;
        return Math.Max(1, syllables - (EndsSilently(word) ? 1 : 0));
    }

    private static bool EndsSilently(ReadOnlySpan<char> word)
    {
        var stem = Ends(word, "e") ? word[..^1] : Ends(word, "es") || Ends(word, "ed") ? word[..^2] : [];
        if (stem.Length < 2 || IsVowel(stem, stem.Length - 1))
        {
            return false;
        }

        var last = Lower(stem, stem.Length - 1);
        var before = Lower(stem, stem.Length - 2);
        if (last == 'l' && !IsVowel(stem, stem.Length - 2) && before != 'l')
        {
            return false;
        }

        return !(Ends(word, "es") && (last is 's' or 'x' or 'z' or 'c' or 'g' || (last == 'h' && before is 'c' or 's')))
            && !(Ends(word, "ed") && last is ('t' or 'd'));
    }

    private static bool IsVowel(ReadOnlySpan<char> word, int at) => Lower(word, at) switch
    {
        'u' => at == 0 || Lower(word, at - 1) != 'q',
        'y' => at > 0 || word.Length == 1,
        'a' or 'e' or 'i' or 'o' => true,
        _ => false,
    };

    private static bool Ends(ReadOnlySpan<char> word, string ending) => word.EndsWith(ending, StringComparison.OrdinalIgnoreCase);

    private static char Lower(ReadOnlySpan<char> word, int at) => char.ToLowerInvariant(word[at]) switch
    {
        >= 'à' and <= 'æ' => 'a',
        >= 'è' and <= 'ë' => 'e',
        >= 'ì' and <= 'ï' => 'i',
        (>= 'ò' and <= 'ö') or 'ø' or 'œ' => 'o',
        >= 'ù' and <= 'ü' => 'u',
        'ý' or 'ÿ' => 'y',
        var plain => plain,
    };
}
