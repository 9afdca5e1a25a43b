using System.Text.RegularExpressions;
using Gyre.Contracts;

namespace Gyre.Training.Encoders;

/// <summary>Writes questions about passages from the passages alone: a sentence without one of its parts, some of its words left out and its halves turned, behind a question word of the part's kind.</summary>
/// <remarks>Source: after Lewis, Denoyer and Riedel 2019, "Unsupervised Question Answering by Cloze Translation".</remarks>
internal static class ClozeWriter
{
    private const int LeastWords = 5;
    private const int MostQuestionWords = 16;
    private const int MostAnswerWords = 5;
    private static readonly string[] NumberWords = ["how many", "how much", "what number of", "how many"];
    private static readonly string[] YearWords = ["when", "in what year", "what year", "when"];
    private static readonly string[] NameWords = ["who", "what", "which", "where", "what"];
    private static readonly string[] PartWords = ["what", "what", "which", "how", "why"];

    /// <summary>A question with its answer in the passage; null when the passage has no sentence for one.</summary>
    public static QuestionItem? Write(string passage, SeededRandom random)
    {
        var sentences = PassageWords.Sentences().Matches(passage).Where(sentence => PassageWords.Words().Count(sentence.ValueSpan) >= LeastWords).ToArray();
        if (sentences.Length == 0)
        {
            return null;
        }

        var sentence = sentences[random.NextInt32(sentences.Length)];
        var words = PassageWords.Words().Matches(sentence.Value);
        if (Choose(words, random) is not { } answer)
        {
            return null;
        }

        var (first, count) = answer;
        var start = sentence.Index + words[first].Index;
        var end = sentence.Index + words[first + count - 1].Index + words[first + count - 1].Length;
        var text = passage[start..end];
        var question = Question(words, first, count, random);
        return question.Length == 0 ? null : new QuestionItem("generated", "", passage, question, [new QuestionAnswer(start, text)]);
    }

    /// <summary>A stretch of neighbouring sentences of a passage, one that holds the given place.</summary>
    /// <param name="passage">The passage.</param>
    /// <param name="place">A place in it; the stretch holds its sentence.</param>
    /// <param name="count">The most sentences.</param>
    /// <param name="random">Chooses where the stretch begins.</param>
    public static (int Start, int End) Stretch(string passage, int place, int count, SeededRandom random)
    {
        var sentences = PassageWords.Sentences().Matches(passage);
        var own = 0;
        while (own + 1 < sentences.Count && sentences[own + 1].Index <= place)
        {
            own++;
        }

        if (sentences.Count <= count)
        {
            return (0, passage.Length);
        }

        var first = Math.Clamp(own - random.NextInt32(count), 0, sentences.Count - count);
        var last = sentences[first + count - 1];
        return (sentences[first].Index, last.Index + last.Length);
    }

    /// <summary>The part that is asked for: a number, a run of capitalised words, or a run of other words.</summary>
    private static (int First, int Count)? Choose(MatchCollection words, SeededRandom random)
    {
        var numbers = Enumerable.Range(0, words.Count).Where(i => char.IsDigit(words[i].Value[0])).ToArray();
        var names = Enumerable.Range(1, words.Count - 1).Where(i => IsName(words, i) && !IsName(words, i - 1)).ToArray();
        var kind = random.NextDouble();
        if (numbers.Length > 0 && kind < 0.35)
        {
            return (numbers[random.NextInt32(numbers.Length)], 1);
        }

        if (names.Length > 0 && kind < 0.75)
        {
            var begin = names[random.NextInt32(names.Length)];
            var length = 1;
            while (length < MostAnswerWords && begin + length < words.Count && IsName(words, begin + length))
            {
                length++;
            }

            return (begin, length);
        }

        var content = Enumerable.Range(0, words.Count).Where(i => !PassageWords.IsCommon(words[i].Value)).ToArray();
        if (content.Length < 3)
        {
            return null;
        }

        var first = content[random.NextInt32(content.Length)];
        var wanted = 1 + random.NextInt32(4);
        var last = first;
        while (last - first + 1 < wanted && last + 1 < words.Count)
        {
            last++;
        }

        while (last > first && PassageWords.IsCommon(words[last].Value))
        {
            last--;
        }

        return (first, last - first + 1);
    }

    private static string Question(MatchCollection words, int first, int count, SeededRandom random)
    {
        var answer = words[first].Value;
        var kinds = char.IsDigit(answer[0]) ? answer.Length == 4 && answer.All(char.IsDigit) ? YearWords : NumberWords : IsName(words, first) ? NameWords : PartWords;

        // What lies near the answer, with words left out: more of the common ones.
        var from = Math.Max(0, first - 4 - random.NextInt32(MostQuestionWords));
        var to = Math.Min(words.Count, first + count + 4 + random.NextInt32(MostQuestionWords));
        var dropped = 0.6 * random.NextDouble();
        var before = Kept(from, first);
        var after = Kept(first + count, to);
        if (before.Count + after.Count < 2)
        {
            return "";
        }

        IEnumerable<string> parts = random.NextDouble() < 0.5 ? [.. before, .. after] : [.. after, .. before];
        var asked = kinds[random.NextInt32(kinds.Length)];
        return (random.NextDouble() < 0.85 ? $"{asked} {string.Join(' ', parts.Take(MostQuestionWords))}" : $"{string.Join(' ', parts.Take(MostQuestionWords))} {asked}") + "?";

        List<string> Kept(int begin, int end) => [.. Enumerable.Range(begin, Math.Max(0, end - begin)).Select(i => words[i].Value)
            .Where(word => random.NextDouble() >= (PassageWords.IsCommon(word) ? dropped + 0.2 : dropped))];
    }

    private static bool IsName(MatchCollection words, int index) => char.IsUpper(words[index].Value[0]);
}
