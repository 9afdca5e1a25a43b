using Gyre.Models.Architectures;
using Gyre.Models.Encoders;
using Gyre.Models.Tokenizers;

namespace Gyre.Training.Encoders;

/// <summary>Questions with their passages as rows, cut into windows that overlap where a passage is too long.</summary>
/// <param name="configuration">How the model reads a question with its passage.</param>
/// <param name="tokenizer">The vocabulary.</param>
/// <param name="length">The most tokens of a row.</param>
/// <param name="overlap">Tokens of a passage that are read again in the next window.</param>
internal sealed class QuestionWindows(EncoderConfiguration configuration, ITokenizer tokenizer, int length, int overlap)
{
    /// <summary>The rows of a question: the first answer's first and last token, or twice 0, the begin token, in a window without it.</summary>
    /// <remarks>Errors: TRN0553 the question leaves no room for the passage.</remarks>
    public IEnumerable<EncoderRow> Cut(QuestionItem item)
    {
        var pair = QuestionAnswerer.Encode(configuration, tokenizer, item.Question, item.Passage);
        var before = 0;
        while (before < pair.Sources.Count && pair.Sources[before] != 1)
        {
            before++;
        }

        var total = pair.Sources.Count(source => source == 1);
        var after = pair.Ids.Count - before - total;
        var room = length - before - after;
        if (room < 1)
        {
            throw new TrainingException("TRN0553", $"Encoding question {item.Id} failed: it has {before - 2} tokens, which leaves no room for its passage in rows of {length}; expected a shorter question. Raise windows.length, or leave the question out.");
        }

        var answer = item.Answers.Count == 0 ? (First: -1, Last: -1) : TokensOf(item.Answers[0], pair, before, total);
        var step = Math.Max(1, room - Math.Min(overlap, room / 2));
        for (var first = 0; first == 0 || first + room - step < total; first += step)
        {
            var count = Math.Min(room, total - first);
            int[] tokens = [.. Enumerable.Range(0, before), .. Enumerable.Range(before + first, count), .. Enumerable.Range(before + total, after)];
            var isIn = answer.First >= first && answer.Last < first + count;
            yield return new EncoderRow(
                [.. tokens.Select(token => pair.Ids[token])],
                [.. tokens.Select(token => pair.TypeIds[token])],
                isIn ? [before + answer.First - first, before + answer.Last - first] : [0, 0]);
        }
    }

    /// <summary>The passage's tokens that an answer's characters lie in; −1 when none does.</summary>
    private static (int First, int Last) TokensOf(QuestionAnswer answer, EncodedPair pair, int before, int total)
    {
        var (first, last) = (-1, -1);
        for (var i = 0; i < total; i++)
        {
            var span = pair.Spans[before + i];
            if (span.End > answer.Start && span.Start < answer.End)
            {
                first = first < 0 ? i : first;
                last = i;
            }
        }

        return (first, last);
    }
}
