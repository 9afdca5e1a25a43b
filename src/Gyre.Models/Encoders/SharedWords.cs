using Gyre.Models.Tokenizers;

namespace Gyre.Models.Encoders;

/// <summary>
/// Tells a model through the tokens' types which words of a passage the question has too, and which sentence has most of
/// them. 0 question, 1 passage, 2 a word that both have, 3 a word of the nearest sentence, 4 one of that sentence that both have.
/// </summary>
/// <remarks>
/// Words are compared by <see cref="PassageWords.Stem"/>; common words are not. A word weighs the more the fewer sentences
/// of the passage have it, so that nothing outside question and passage decides; of equal sentences the first is nearest.
/// <para>Source: the exact-match feature of Chen et al. 2017, "Reading Wikipedia to Answer Open-Domain Questions", section 3.2.</para>
/// </remarks>
internal static class SharedWords
{
    private const int Passage = 1;
    private const int Shared = 1;
    private const int Nearest = 2;

    /// <summary>The pair with these types.</summary>
    public static EncodedPair Mark(EncodedPair pair, string question, string passage)
    {
        var words = PassageWords.Words().Matches(passage).Select(word => new TextSpan(word.Index, word.Index + word.Length)).ToArray();
        var asked = PassageWords.Words().Matches(question).Select(word => word.Value).Where(word => !PassageWords.IsCommon(word)).Select(PassageWords.Stem).ToHashSet(StringComparer.Ordinal);
        var shared = words.Where(word => IsShared(word, passage, asked)).ToArray();
        var nearest = NearestSentence(passage, shared);
        var types = new int[pair.Ids.Count];
        var next = 0;
        for (var token = 0; token < types.Length; token++)
        {
            types[token] = Math.Clamp(pair.TypeIds[token], 0, Passage);
            if (pair.Sources[token] != 1)
            {
                continue;
            }

            // Tokens and words both ascend.
            var span = pair.Spans[token];
            while (next < shared.Length && shared[next].End <= span.Start)
            {
                next++;
            }

            var isShared = next < shared.Length && shared[next].Start < span.End;
            var isNear = span.Start >= nearest.Start && span.End <= nearest.End;
            types[token] = Passage + (isShared ? Shared : 0) + (isNear ? Nearest : 0);
        }

        return pair with { TypeIds = types };
    }

    private static bool IsShared(TextSpan word, string passage, HashSet<string> asked)
    {
        var text = word.Of(passage).ToString();
        return !PassageWords.IsCommon(text) && asked.Contains(PassageWords.Stem(text));
    }

    /// <summary>The sentence whose shared words weigh most; empty when none has one.</summary>
    private static TextSpan NearestSentence(string passage, TextSpan[] shared)
    {
        var sentences = PassageWords.Sentences().Matches(passage);
        var stems = new HashSet<string>[sentences.Count];
        var next = 0;
        for (var i = 0; i < stems.Length; i++)
        {
            stems[i] = new HashSet<string>(StringComparer.Ordinal);
            var end = sentences[i].Index + sentences[i].Length;
            for (; next < shared.Length && shared[next].Start < end; next++)
            {
                stems[i].Add(PassageWords.Stem(shared[next].Of(passage).ToString()));
            }
        }

        var having = stems.SelectMany(own => own).CountBy(stem => stem).ToDictionary(StringComparer.Ordinal);
        var (best, bestWeight) = (default(TextSpan), 0.0);
        for (var i = 0; i < stems.Length; i++)
        {
            var weight = stems[i].Order(StringComparer.Ordinal).Sum(stem => Math.Log((stems.Length + 1.0) / (having[stem] + 0.5)));
            if (weight > bestWeight)
            {
                (best, bestWeight) = (new TextSpan(sentences[i].Index, sentences[i].Index + sentences[i].Length), weight);
            }
        }

        return best;
    }
}
