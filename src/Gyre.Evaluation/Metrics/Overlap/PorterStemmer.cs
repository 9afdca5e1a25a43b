namespace Gyre.Evaluation.Metrics.Overlap;

/// <summary>Porter's stemmer in NLTK's variant: English words to their stems.</summary>
/// <remarks>
/// A word that holds characters beyond the basic plane stays as it is. Cost: linear in the word's length, no allocation.
/// <para>Source: Porter, An algorithm for suffix stripping, Program 14(3), 1980; the extensions of NLTK 3.8.</para>
/// </remarks>
internal static class PorterStemmer
{
    private static readonly (string Suffix, string Replacement)[] Step2Rules =
    [
        ("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("izer", "ize"), ("bli", "ble"), ("alli", "al"), ("entli", "ent"), ("eli", "e"),
        ("ousli", "ous"), ("ization", "ize"), ("ation", "ate"), ("ator", "ate"), ("alism", "al"), ("iveness", "ive"), ("fulness", "ful"), ("ousness", "ous"),
        ("aliti", "al"), ("iviti", "ive"), ("biliti", "ble"), ("fulli", "ful"),
    ];

    private static readonly (string Suffix, string Replacement)[] Step3Rules =
        [("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic"), ("ful", ""), ("ness", "")];

    private static readonly string[] Step4Suffixes =
        ["al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ion", "ou", "ism", "ate", "iti", "ous", "ive", "ize"];

    /// <summary>Characters that a stem may have more than its word.</summary>
    public const int Growth = 1;

    /// <summary>Writes the stem of a word.</summary>
    /// <param name="word">In lower case.</param>
    /// <param name="destination">As long as the word and <see cref="Growth"/> more.</param>
    /// <returns>The stem's length.</returns>
    public static int Stem(ReadOnlySpan<char> word, Span<char> destination)
    {
        if (Irregular(word) is { } stem)
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
        length = Apply(Step3Rules, destination, length);
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

        return Apply(Step2Rules, word, length);
    }

    private static int Step4(Span<char> word, int length)
    {
        foreach (var suffix in Step4Suffixes)
        {
            if (word[..length].EndsWith(suffix))
            {
                var stem = word[..(length - suffix.Length)];
                return Measure(stem) > 1 && (suffix != "ion" || stem[^1] is 's' or 't') ? stem.Length : length;
            }
        }

        return length;
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
