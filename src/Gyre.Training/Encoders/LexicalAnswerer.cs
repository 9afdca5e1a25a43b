using System.Text.RegularExpressions;
using Gyre.Models.Encoders;

namespace Gyre.Training.Encoders;

/// <summary>
/// The baseline that knows only which words question and passage share: it takes the sentence that shares most, rare words
/// counting more, and in it the run of words that are not in the question and stand nearest to those that are.
/// </summary>
/// <remarks>Source: after the sliding window with distances of Richardson, Burges and Renshaw 2013, which Rajpurkar et al. 2016 also compare with.</remarks>
internal sealed class LexicalAnswerer
{
    private readonly Dictionary<string, int> _sentences = new(StringComparer.Ordinal);
    private readonly int _count;
    private readonly int _mostWords;

    /// <param name="passages">Texts that say how rare words are.</param>
    /// <param name="mostWords">The most words of an answer; the largest number for the whole sentence.</param>
    public LexicalAnswerer(IEnumerable<string> passages, int mostWords)
    {
        _mostWords = mostWords;
        foreach (var sentence in passages.SelectMany(passage => PassageWords.Sentences().Matches(passage)))
        {
            _count++;
            foreach (var word in PassageWords.Words().Matches(sentence.Value).Select(word => PassageWords.Stem(word.Value)).Distinct(StringComparer.Ordinal))
            {
                _sentences[word] = _sentences.GetValueOrDefault(word) + 1;
            }
        }
    }

    /// <summary>The most words of an answer; <see cref="int.MaxValue"/> for the whole sentence.</summary>
    public int MostWords => _mostWords;

    /// <summary>The best answer, doubted by the share of the question's weight that its sentence lacks.</summary>
    public FoundAnswer Answer(string question, string passage)
    {
        var asked = PassageWords.Words().Matches(question).Select(word => word.Value).Where(word => !PassageWords.IsCommon(word)).Select(PassageWords.Stem).ToHashSet(StringComparer.Ordinal);
        var total = asked.Sum(Weight);
        var (best, bestShared) = (default(Match), -1.0);
        foreach (Match sentence in PassageWords.Sentences().Matches(passage))
        {
            var shared = PassageWords.Words().Matches(sentence.Value).Select(word => PassageWords.Stem(word.Value)).Distinct(StringComparer.Ordinal).Where(asked.Contains).Sum(Weight);
            if (shared > bestShared)
            {
                (best, bestShared) = (sentence, shared);
            }
        }

        return best is null ? new FoundAnswer("", double.MaxValue) : new FoundAnswer(_mostWords == int.MaxValue ? best.Value.Trim() : Part(best.Value, asked), total == 0 ? 1 : 1 - (bestShared / total));
    }

    private string Part(string sentence, HashSet<string> asked)
    {
        var words = PassageWords.Words().Matches(sentence).ToArray();
        var known = words.Select(word => asked.Contains(PassageWords.Stem(word.Value))).ToArray();
        var (best, bestScore) = ("", double.MinValue);
        for (var first = 0; first < words.Length; first++)
        {
            if (known[first] || PassageWords.IsCommon(words[first].Value) || (first > 0 && !Ends(first - 1, first)))
            {
                continue;
            }

            // To the end of the run: a word of the question, punctuation, or the longest answer.
            var last = first;
            while (last + 1 < words.Length && last - first + 1 < _mostWords && !Ends(last, last + 1))
            {
                last++;
            }

            while (last > first && PassageWords.IsCommon(words[last].Value))
            {
                last--;
            }

            var score = 0.0;
            for (var i = 0; i < words.Length; i++)
            {
                score += known[i] ? Weight(PassageWords.Stem(words[i].Value)) / (1 + Math.Max(first - i, i - last)) : 0;
            }

            if (score > bestScore)
            {
                (best, bestScore) = (sentence[words[first].Index..(words[last].Index + words[last].Length)], score);
            }
        }

        return best;

        // Whether a run ends between two neighbours: punctuation stands there, one of them is asked for, or a run of common words begins.
        bool Ends(int left, int right) =>
            known[left] || known[right] || sentence.AsSpan(words[left].Index + words[left].Length, words[right].Index - words[left].Index - words[left].Length).ContainsAny(",;:()\"—–")
            || (PassageWords.IsCommon(words[left].Value) && !IsJoint(words[left].Value)) || (PassageWords.IsCommon(words[right].Value) && !IsJoint(words[right].Value));
    }

    private double Weight(string word) => Math.Log((_count + 1.0) / (_sentences.GetValueOrDefault(word) + 0.5));

    /// <summary>Words that join the parts of a name.</summary>
    private static bool IsJoint(string word) => word is "of" or "the" or "and" or "for" or "in" or "to" or "a";
}
