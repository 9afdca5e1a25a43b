using System.Runtime.InteropServices;
using System.Text;

namespace Gyre.Models.Tokenizers.Training;

/// <summary>The characters that a vocabulary will spell, and the words of the corpus that are made of them.</summary>
internal sealed class TrainingAlphabet
{
    /// <param name="words">The words with their counts.</param>
    /// <param name="coverage">The share of all occurrences that the kept characters must make.</param>
    /// <param name="cutsWords">Cuts words at characters that are not kept; else such words are left out, as nothing will spell them.</param>
    public TrainingAlphabet(IReadOnlyDictionary<string, long> words, double coverage, bool cutsWords)
    {
        var counts = new Dictionary<Rune, long>();
        var total = 0L;
        foreach (var (word, count) in words)
        {
            foreach (var character in word.EnumerateRunes())
            {
                CollectionsMarshal.GetValueRefOrAddDefault(counts, character, out _) += count;
                total += count;
            }
        }

        var kept = new HashSet<Rune>();
        var covered = 0L;
        foreach (var (character, count) in counts.OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key))
        {
            if (covered >= coverage * total)
            {
                break;
            }

            kept.Add(character);
            covered += count;
        }

        Characters = [.. kept.Order()];
        Words = kept.Count == counts.Count ? words : Clean(words, kept, cutsWords);
    }

    /// <summary>The characters, in the order of their code points.</summary>
    public IReadOnlyList<Rune> Characters { get; }

    /// <summary>The words with their counts.</summary>
    public IReadOnlyDictionary<string, long> Words { get; }

    private static Dictionary<string, long> Clean(IReadOnlyDictionary<string, long> words, HashSet<Rune> kept, bool cutsWords)
    {
        var clean = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (word, count) in words)
        {
            if (!word.EnumerateRunes().All(kept.Contains) && !cutsWords)
            {
                continue;
            }

            var start = 0;
            var at = 0;
            foreach (var character in word.EnumerateRunes())
            {
                if (!kept.Contains(character))
                {
                    Add(word[start..at], count);
                    start = at + character.Utf16SequenceLength;
                }

                at += character.Utf16SequenceLength;
            }

            Add(word[start..], count);
        }

        return clean;

        void Add(string part, long count)
        {
            if (part.Length > 0)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(clean, part, out _) += count;
            }
        }
    }
}
