using System.Globalization;
using Gyre.Contracts;
using Gyre.Models.Encoders;

namespace Gyre.Training.Encoders;

/// <summary>
/// Writes questions about passages from the passages alone: a sentence without one of its parts, behind a question word that
/// asks for that kind of part. Words are left out, changed in form or replaced, and the halves are turned, as people ask.
/// </summary>
/// <remarks>Source: after Lewis, Denoyer and Riedel 2019, "Unsupervised Question Answering by Cloze Translation".</remarks>
internal static class ClozeWriter
{
    private const int LeastWords = 5;
    private const int MostQuestionWords = 16;

    /// <summary>The shares of what people ask for; what a sentence lacks falls to the others.</summary>
    private static readonly (double Share, AnswerKind[] Kinds)[] Asked =
    [
        (0.25, [AnswerKind.Time, AnswerKind.Number, AnswerKind.Percentage, AnswerKind.Money]),
        (0.33, [AnswerKind.Place, AnswerKind.Person, AnswerKind.Name]),
        (0.34, [AnswerKind.Thing]),
        (0.08, [AnswerKind.Reason, AnswerKind.Means]),
    ];

    private static readonly Dictionary<AnswerKind, string[]> QuestionWords = new()
    {
        [AnswerKind.Time] = ["when", "when", "in what year", "what year", "in which year"],
        [AnswerKind.Number] = ["how many", "how many", "how much", "what number of", "what"],
        [AnswerKind.Percentage] = ["what percentage of", "what percent of", "how much", "how many"],
        [AnswerKind.Money] = ["how much", "how much money", "what", "how many"],
        [AnswerKind.Place] = ["where", "where", "in what city", "in what country", "in what area", "what", "which", "in which place"],
        [AnswerKind.Person] = ["who", "who", "who", "who", "which", "what"],
        [AnswerKind.Name] = ["what", "what", "which", "who", "what is the name of"],
        [AnswerKind.Thing] = ["what", "what", "what", "what", "which", "what is"],
        [AnswerKind.Reason] = ["why", "why", "what", "for what reason"],
        [AnswerKind.Means] = ["how", "how", "by what means"],
    };

    /// <summary>A question with its answer in the passage; null when the passage has no sentence for one.</summary>
    /// <param name="passage">The passage.</param>
    /// <param name="other">Another text, whose words replace some.</param>
    /// <param name="random">Decides; equal sources decide alike.</param>
    public static QuestionItem? Write(string passage, string other, SeededRandom random)
    {
        var sentences = PassageWords.Sentences().Matches(passage).Where(sentence => PassageWords.Words().Count(sentence.ValueSpan) >= LeastWords).ToArray();
        if (sentences.Length == 0)
        {
            return null;
        }

        var sentence = random.Pick(sentences);
        var spans = AnswerSpans.Of(sentence.Value);
        if (Choose(spans, random) is not { } answer)
        {
            return null;
        }

        var (start, end) = spans.Place(answer);
        var text = sentence.Value[start..end];
        var strange = PassageWords.Words().Matches(random.NextDouble() < 0.5 ? passage : other).Select(word => word.Value).Where(word => !PassageWords.IsCommon(word)).ToArray();
        var question = Question(spans, answer, strange, random);
        return question.Length == 0 ? null : new QuestionItem("generated", "", passage, question, [new QuestionAnswer(sentence.Index + start, text)]);
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

    private static AnswerSpan? Choose(AnswerSpans spans, SeededRandom random)
    {
        var groups = Asked.Select(asked => (asked.Share, Spans: spans.Found.Where(span => asked.Kinds.Contains(span.Kind)).ToArray())).Where(group => group.Spans.Length > 0).ToArray();
        var at = random.NextDouble() * groups.Sum(group => group.Share);
        foreach (var (share, own) in groups)
        {
            if ((at -= share) < 0)
            {
                return random.Pick(own);
            }
        }

        return groups.Length == 0 ? null : random.Pick(groups[^1].Spans);
    }

    private static string Question(AnswerSpans spans, AnswerSpan answer, string[] strange, SeededRandom random)
    {
        var (words, first, end) = (spans.Words, answer.First, answer.First + answer.Count);
        var asked = random.Pick(QuestionWords[answer.Kind]);

        // What is counted follows its question word, as the last word of a thing may.
        var moved = end;
        while (answer.Kind is AnswerKind.Number or AnswerKind.Percentage && moved < Math.Min(words.Count, end + 2) && spans.AreJoined(moved - 1) && !PassageWords.IsCommon(words[moved]))
        {
            asked += " " + words[moved++];
        }

        if (answer.Kind == AnswerKind.Thing && answer.Count > 1 && random.NextDouble() < 0.25)
        {
            asked = $"{random.Pick((string[])["what kind of", "what type of", "what", "which"])} {words[end - 1]}";
        }

        // Often the clause of the answer alone, else what lies near it.
        var (from, to) = (Math.Max(0, first - 3 - random.NextInt32(MostQuestionWords)), Math.Min(words.Count, end + 3 + random.NextInt32(MostQuestionWords)));
        if (random.NextDouble() < 0.4)
        {
            var (left, right) = (first, end);
            while (left > from && spans.AreJoined(left - 1))
            {
                left--;
            }

            while (right < to && spans.AreJoined(right - 1))
            {
                right++;
            }

            (from, to) = right - left - answer.Count >= LeastWords ? (left, right) : (from, to);
        }

        var (dropped, replaced) = (0.6 * random.NextDouble(), 0.3 * random.NextDouble());
        var before = Kept(from, first);
        var after = Kept(moved, to);
        if (before.Concat(after).Count(word => !PassageWords.IsCommon(word)) < 2)
        {
            return "";
        }

        var turn = random.NextDouble();
        IEnumerable<string> body = (turn is >= 0.45 and < 0.88 ? after.Concat(before) : before.Concat(after)).Take(MostQuestionWords);
        var text = string.Join(' ', turn < 0.88 ? body.Prepend(asked) : body.Append(asked)) + "?";
        return string.Concat(text[..1].ToUpper(CultureInfo.InvariantCulture), text[1..]);

        List<string> Kept(int begin, int until)
        {
            var kept = new List<string>();
            for (var i = begin; i < until; i++)
            {
                if (random.NextDouble() < (PassageWords.IsCommon(words[i]) ? dropped + 0.15 : dropped))
                {
                    continue;
                }

                kept.Add(PassageWords.IsCommon(words[i]) ? words[i] : random.NextDouble() < replaced && strange.Length > 0 ? random.Pick(strange) : InAnotherForm(words[i], random));
            }

            return kept;
        }
    }

    /// <summary>Sometimes without the ending of a verb or a plural, because questions ask "did it end" for "it ended".</summary>
    private static string InAnotherForm(string word, SeededRandom random)
    {
        if (char.IsLower(word[0]) && word.Length > 4 && random.NextDouble() < 0.4)
        {
            return word.EndsWith("ed", StringComparison.Ordinal) ? word[..^(random.NextDouble() < 0.5 ? 1 : 2)]
                : word.EndsWith('s') && !word.EndsWith("ss", StringComparison.Ordinal) ? word[..^1] : word;
        }

        return word;
    }
}
