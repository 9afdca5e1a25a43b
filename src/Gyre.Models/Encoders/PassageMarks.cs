using Gyre.Models.Tokenizers;

namespace Gyre.Models.Encoders;

/// <summary>
/// Tells a model through the types of a passage's tokens what a small one would be long in learning: which words the question
/// has too, which sentence has most of them, what shape a word has, and whether that is what the question asks for.
/// </summary>
/// <remarks>
/// The question's tokens are of type 0, a passage's of 1 + mark + 8 · shape. Mark: 1 for a word that the question has too, 2
/// more in the sentence that shares most, 4 more where the shape is of the kind that the question asks for
/// (<see cref="AskedKind"/>). Shape: 0 punctuation and common words, 1 other words, 2 capitalised ones, 3 those
/// with a digit, 4 years.
/// <para>Words are compared by <see cref="PassageWords.Stem"/>; common words are not. A word weighs the more the fewer sentences
/// of the passage have it, so that nothing outside question and passage decides; of equal sentences the first is taken.</para>
/// <para>Source: the exact-match feature and the features of single tokens of Chen et al. 2017, "Reading Wikipedia to Answer
/// Open-Domain Questions", section 3.2.</para>
/// </remarks>
internal static class PassageMarks
{
    /// <summary>Types of tokens in all.</summary>
    public const int Types = 1 + (Marks * Shapes);

    private const int Passage = 1;
    private const int Marks = 8;
    private const int Shapes = 5;

    /// <summary>Features that types are made of: three marks, then the shapes.</summary>
    public const int Features = 3 + Shapes;

    /// <summary>The features that a passage's type has.</summary>
    public static IEnumerable<int> FeaturesOf(int type)
    {
        var mark = (type - Passage) % Marks;
        return Enumerable.Range(0, 3).Where(bit => (mark & (1 << bit)) != 0).Append(3 + ((type - Passage) / Marks));
    }

    /// <summary>The pair with these types.</summary>
    public static EncodedPair Mark(EncodedPair pair, string question, string passage)
    {
        var asked = PassageWords.Words().Matches(question).Select(word => word.Value).Where(word => !PassageWords.IsCommon(word)).Select(PassageWords.Stem).Distinct(StringComparer.Ordinal).ToDictionary(stem => stem, StringComparer.Ordinal);
        var words = PassageWords.Words().Matches(passage).Select(word => new Word(
            word.Index, word.Index + word.Length, ShapeOf(word.Value), PassageWords.IsCommon(word.Value) ? null : asked.GetValueOrDefault(PassageWords.Stem(word.Value)))).ToArray();
        var nearest = NearestSentence(passage, [.. words.Where(word => word.Shared is not null)]);
        var kind = AskedKinds.Of(question);
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
            while (next < words.Length && words[next].End <= span.Start)
            {
                next++;
            }

            var word = next < words.Length && words[next].Start < span.End ? words[next] : default;
            var mark = (word.Shared is not null ? 1 : 0) + (span.Start >= nearest.Start && span.End <= nearest.End ? 2 : 0) + (word.End > 0 && AskedKinds.Fits(kind, passage[word.Start..word.End]) ? 4 : 0);
            types[token] = Passage + mark + (Marks * word.Shape);
        }

        return pair with { TypeIds = types };
    }

    private static int ShapeOf(string word) =>
        word.Length is 4 or 5 && word[0] is '1' or '2' && word.AsSpan(1, 3).ContainsAnyExceptInRange('0', '9') is false && (word.Length == 4 || word[4] == 's') ? 4
        : word.AsSpan().ContainsAnyInRange('0', '9') ? 3
        : PassageWords.IsCommon(word) ? 0
        : char.IsUpper(word[0]) ? 2 : 1;

    /// <summary>The sentence whose shared words weigh most; empty when none has one.</summary>
    private static TextSpan NearestSentence(string passage, Word[] shared)
    {
        var sentences = PassageWords.Sentences().Matches(passage);
        var stems = new HashSet<string>[sentences.Count];
        var next = 0;
        for (var i = 0; i < stems.Length; i++)
        {
            stems[i] = new HashSet<string>(StringComparer.Ordinal);
            for (; next < shared.Length && shared[next].Start < sentences[i].Index + sentences[i].Length; next++)
            {
                stems[i].Add(shared[next].Shared ?? "");
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

    /// <summary>A word of a passage.</summary>
    /// <param name="Start">Its first character.</param>
    /// <param name="End">Behind its last.</param>
    /// <param name="Shape">Its shape.</param>
    /// <param name="Shared">Its stem when the question has it too, else null.</param>
    private readonly record struct Word(int Start, int End, int Shape, string? Shared);
}
