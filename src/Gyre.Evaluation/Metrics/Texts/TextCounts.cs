using System.Text;

namespace Gyre.Evaluation.Metrics.Texts;

/// <summary>What is counted in a text.</summary>
/// <param name="Characters">Unicode scalar values.</param>
/// <param name="Letters">Letters in words.</param>
/// <param name="LettersAndDigits">Letters and digits in words.</param>
/// <param name="Words">Stretches between white space that hold a letter or a digit.</param>
/// <param name="Sentences">
/// Stretches with a word that end with <c>. ! ? …</c> (closing quotes and brackets may follow) before white space, with an empty line, or
/// with the text. Abbreviations are not known: "e.g. this" counts as an end.
/// </param>
/// <param name="Syllables">Of all words, by the rules of <see cref="EnglishSyllables"/>.</param>
/// <param name="Polysyllables">Words of three or more syllables.</param>
/// <param name="ComplexWords">
/// Words that Gunning calls hard: a part between hyphens has three or more syllables without a final -es, -ed or -ing. Proper nouns are not
/// recognised and count.
/// </param>
public readonly record struct TextCounts(long Characters, long Letters, long LettersAndDigits, long Words, long Sentences, long Syllables, long Polysyllables, long ComplexWords)
{
    /// <summary>Counts a text. Cost: one pass, no allocation.</summary>
    public static TextCounts Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var counts = default(Counter);
        foreach (var _ in text.EnumerateRunes())
        {
            counts.Characters++;
        }

        var words = new Words(text);
        var isOpen = false;
        while (words.TryNext())
        {
            counts.AddWord(words.Current);
            isOpen = !(words.EndsParagraph || words.Tail.ContainsAny(".!?\u2026\u3002\uFF01\uFF1F"));
            counts.Sentences += isOpen ? 0 : 1;
        }

        return counts.ToCounts(isOpen ? 1 : 0);
    }

    private struct Counter
    {
        private long _letters;
        private long _lettersAndDigits;
        private long _words;
        private long _syllables;
        private long _polysyllables;
        private long _complex;

        public long Characters { get; set; }

        public long Sentences { get; set; }

        public void AddWord(ReadOnlySpan<char> word)
        {
            _words++;
            foreach (var rune in word.EnumerateRunes())
            {
                _letters += Rune.IsLetter(rune) ? 1 : 0;
                _lettersAndDigits += Rune.IsLetterOrDigit(rune) ? 1 : 0;
            }

            var (syllables, isComplex) = (0, false);
            foreach (var part in word.SplitAny('-', '\u2010', '\u2011', '\u2013', '\u2014', '/'))
            {
                if (word[part].IsEmpty)
                {
                    continue;
                }

                syllables += EnglishSyllables.Count(word[part]);
                isComplex |= EnglishSyllables.Count(WithoutEnding(word[part])) >= 3;
            }

            _syllables += syllables;
            _polysyllables += syllables >= 3 ? 1 : 0;
            _complex += isComplex ? 1 : 0;
        }

        public readonly TextCounts ToCounts(int openSentences) => new(Characters, _letters, _lettersAndDigits, _words, Sentences + openSentences, _syllables, _polysyllables, _complex);

        private static ReadOnlySpan<char> WithoutEnding(ReadOnlySpan<char> word) =>
            word.EndsWith("ing", StringComparison.OrdinalIgnoreCase) && word.Length > 5 ? word[..^3]
            : (word.EndsWith("es", StringComparison.OrdinalIgnoreCase) || word.EndsWith("ed", StringComparison.OrdinalIgnoreCase)) && word.Length > 4 ? word[..^2]
            : word;
    }
}
