namespace Gyre.Evaluation.Metrics.Overlap;

/// <summary>Porter's stemmer in NLTK's variant: English words to their stems.</summary>
/// <remarks>
/// A word that holds characters beyond the basic plane stays as it is. Cost: linear in the word's length, no allocation.
/// <para>Source: Porter, An algorithm for suffix stripping, Program 14(3), 1980; the extensions of NLTK 3.8.</para>
/// </remarks>
internal static class PorterStemmer
{
    private static readonly (string Suffix, string Replacement)[] None = [];
    private static readonly (string Suffix, string Replacement)[] Step2L = [("ational", "ate"), ("tional", "tion")];
    private static readonly (string Suffix, string Replacement)[] Step2N = [("ization", "ize"), ("ation", "ate")];
    private static readonly (string Suffix, string Replacement)[] Step2R = [("izer", "ize"), ("ator", "ate")];
    private static readonly (string Suffix, string Replacement)[] Step2M = [("alism", "al")];
    private static readonly (string Suffix, string Replacement)[] Step2S = [("iveness", "ive"), ("fulness", "ful"), ("ousness", "ous")];
    private static readonly (string Suffix, string Replacement)[] Step2I =
    [
        ("enci", "ence"), ("anci", "ance"), ("bli", "ble"), ("alli", "al"), ("entli", "ent"), ("eli", "e"), ("ousli", "ous"), ("aliti", "al"), ("iviti", "ive"),
        ("biliti", "ble"), ("fulli", "ful"),
    ];

    private static readonly (string Suffix, string Replacement)[] Step3E = [("icate", "ic"), ("ative", ""), ("alize", "al")];
    private static readonly (string Suffix, string Replacement)[] Step3I = [("iciti", "ic")];
    private static readonly (string Suffix, string Replacement)[] Step3L = [("ical", "ic"), ("ful", "")];
    private static readonly (string Suffix, string Replacement)[] Step3S = [("ness", "")];
    private static readonly string[] Step4E = ["ance", "ence", "able", "ible", "ate", "ive", "ize"];
    private static readonly string[] Step4T = ["ant", "ement", "ment", "ent"];

    /// <summary>Characters that a stem may have more than its word.</summary>
    public const int Growth = 1;

    private const int LongestIrregular = 8;

    /// <summary>Writes the stem of a word.</summary>
    /// <param name="word">In lower case.</param>
    /// <param name="destination">As long as the word and <see cref="Growth"/> more.</param>
    /// <returns>The stem's length.</returns>
    public static int Stem(ReadOnlySpan<char> word, Span<char> destination)
    {
        if (word.Length <= LongestIrregular && Irregular(word) is { } stem)
        {
            stem.CopyTo(destination);
            return stem.Length;
        }

        word.CopyTo(destination);
        if (word.Length <= 2 || HasSurrogate(word))
        {
            return word.Length;
        }

        var length = Step1A(destination, word.Length);
        length = Step1B(destination, length);
        length = Step1C(destination, length);
        length = Step2(destination, length);
        length = Step3(destination, length);
        length = Step4(destination, length);
        return Step5(destination, length);
    }

    private static string? Irregular(ReadOnlySpan<char> word) => word switch
    {
        "sky" or "skies" => "sky",
        "dying" => "die",
        "lying" => "lie",
        "tying" => "tie",
        "news" => "news",
        "innings" or "inning" => "inning",
        "outings" or "outing" => "outing",
        "cannings" or "canning" => "canning",
        "howe" => "howe",
        "proceed" => "proceed",
        "exceed" => "exceed",
        "succeed" => "succeed",
        _ => null,
    };

    private static int Step1A(Span<char> word, int length)
    {
        var text = word[..length];
        if (text.EndsWith("ies"))
        {
            return length == 4 ? 3 : length - 2;
        }

        return text.EndsWith("sses") ? length - 2 : text[^1] == 's' && !text.EndsWith("ss") ? length - 1 : length;
    }

    private static int Step1B(Span<char> word, int length)
    {
        var text = word[..length];
        if (text.EndsWith("ied"))
        {
            return length == 4 ? 3 : length - 2;
        }

        if (text.EndsWith("eed"))
        {
            return Measure(text[..^3]) > 0 ? length - 1 : length;
        }

        var stem = text.EndsWith("ed") && ContainsVowel(text[..^2]) ? text[..^2] : text.EndsWith("ing") && ContainsVowel(text[..^3]) ? text[..^3] : default;
        if (stem.Length == 0)
        {
            return length;
        }

        length = stem.Length;
        if (stem.EndsWith("at") || stem.EndsWith("bl") || stem.EndsWith("iz"))
        {
            word[length] = 'e';
            return length + 1;
        }

        if (length >= 2 && stem[^1] == stem[^2] && IsConsonant(stem, length - 1))
        {
            return stem[^1] is 'l' or 's' or 'z' ? length : length - 1;
        }

        if (stem.EndsWith("*d"))
        {
            word[length - 2] = 'd'; // The source takes its mark of a double consonant for letters too.
            return length - 1;
        }

        if (Measure(stem) == 1 && EndsShort(stem))
        {
            word[length] = 'e';
            return length + 1;
        }

        return length;
    }

    private static int Step1C(Span<char> word, int length)
    {
        if (length > 2 && word[length - 1] == 'y' && IsConsonant(word, length - 2))
        {
            word[length - 1] = 'i';
        }

        return length;
    }

    private static int Step2(Span<char> word, int length)
    {
        while (word[..length].EndsWith("alli") && Measure(word[..(length - 4)]) > 0)
        {
            length -= 2; // Step 2 begins anew with "al".
        }

        var text = word[..length];
        if (text.EndsWith("logi") && Measure(text[..^3]) > 0)
        {
            return length - 1;
        }

        var rules = length == 0 ? None : word[length - 1] switch { 'i' => Step2I, 'l' => Step2L, 'n' => Step2N, 'r' => Step2R, 's' => Step2S, 'm' => Step2M, _ => None };
        return Apply(rules, word, length);
    }

    private static int Step3(Span<char> word, int length) =>
        Apply(length == 0 ? None : word[length - 1] switch { 'e' => Step3E, 'l' => Step3L, 's' => Step3S, 'i' => Step3I, _ => None }, word, length);

    private static int Step4(Span<char> word, int length) => length == 0 ? 0 : word[length - 1] switch
    {
        'e' => Strip(Step4E, word, length),
        't' => Strip(Step4T, word, length),
        'l' => Strip("al", word, length),
        'r' => Strip("er", word, length),
        'c' => Strip("ic", word, length),
        'n' => Strip("ion", word, length),
        'u' => Strip("ou", word, length),
        'm' => Strip("ism", word, length),
        'i' => Strip("iti", word, length),
        's' => Strip("ous", word, length),
        _ => length,
    };

    private static int Strip(string[] suffixes, Span<char> word, int length)
    {
        foreach (var suffix in suffixes)
        {
            if (word[..length].EndsWith(suffix))
            {
                return Strip(suffix, word, length);
            }
        }

        return length;
    }

    private static int Strip(string suffix, Span<char> word, int length)
    {
        if (!word[..length].EndsWith(suffix))
        {
            return length;
        }

        var stem = word[..(length - suffix.Length)];
        return Measure(stem) > 1 && (suffix != "ion" || stem[^1] is 's' or 't') ? stem.Length : length;
    }

    private static int Step5(Span<char> word, int length)
    {
        if (length > 0 && word[length - 1] == 'e')
        {
            var stem = word[..(length - 1)];
            var measure = Measure(stem);
            length -= measure > 1 || (measure == 1 && !EndsShort(stem)) ? 1 : 0;
        }

        return word[..length].EndsWith("ll") && Measure(word[..(length - 1)]) > 1 ? length - 1 : length;
    }

    // The first rule whose suffix is there decides, whether or not its stem has a positive measure.
    private static int Apply((string Suffix, string Replacement)[] rules, Span<char> word, int length)
    {
        foreach (var (suffix, replacement) in rules)
        {
            if (word[..length].EndsWith(suffix))
            {
                var stem = length - suffix.Length;
                if (Measure(word[..stem]) == 0)
                {
                    return length;
                }

                replacement.CopyTo(word[stem..]);
                return stem + replacement.Length;
            }
        }

        return length;
    }

    private static bool HasSurrogate(ReadOnlySpan<char> word)
    {
        foreach (var character in word)
        {
            if (char.IsSurrogate(character))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsVowel(char character) => character is 'a' or 'e' or 'i' or 'o' or 'u';

    // A y is a consonant at the beginning and after a vowel; a run of them alternates.
    private static bool IsConsonant(ReadOnlySpan<char> word, int index)
    {
        if (word[index] != 'y')
        {
            return !IsVowel(word[index]);
        }

        var first = index;
        while (first > 0 && word[first - 1] == 'y')
        {
            first--;
        }

        var isConsonant = first == 0 || IsVowel(word[first - 1]);
        return ((index - first) & 1) == 0 ? isConsonant : !isConsonant;
    }

    // How often a vowel is followed by a consonant.
    private static int Measure(ReadOnlySpan<char> word)
    {
        var (measure, wasVowel, isFirst) = (0, false, true);
        foreach (var character in word)
        {
            var isVowel = character == 'y' ? !isFirst && !wasVowel : IsVowel(character);
            measure += wasVowel && !isVowel ? 1 : 0;
            (wasVowel, isFirst) = (isVowel, false);
        }

        return measure;
    }

    private static bool ContainsVowel(ReadOnlySpan<char> word)
    {
        var wasVowel = true; // As the beginning, which makes a y a consonant.
        foreach (var character in word)
        {
            wasVowel = character == 'y' ? !wasVowel : IsVowel(character);
            if (wasVowel)
            {
                return true;
            }
        }

        return false;
    }

    // Consonant, vowel, consonant other than w, x and y; or a word of vowel and consonant.
    private static bool EndsShort(ReadOnlySpan<char> word) =>
        (word.Length >= 3 && IsConsonant(word, word.Length - 3) && !IsConsonant(word, word.Length - 2) && IsConsonant(word, word.Length - 1) && word[^1] is not ('w' or 'x' or 'y'))
        || (word.Length == 2 && !IsConsonant(word, 0) && IsConsonant(word, 1));
}
