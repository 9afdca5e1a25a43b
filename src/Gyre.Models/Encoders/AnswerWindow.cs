using Gyre.Models.Tokenizers;

namespace Gyre.Models.Encoders;

/// <summary>A question with a part of the text, as the model reads it.</summary>
/// <param name="Question">Which question it belongs to.</param>
/// <param name="Input">The tokens.</param>
/// <param name="Before">Tokens before the part of the text.</param>
/// <param name="First">The part's first token among the text's.</param>
/// <param name="Length">The part's tokens.</param>
internal readonly record struct AnswerWindow(int Question, EncoderInput Input, int Before, int First, int Length)
{
    /// <summary>Cuts a pair into windows that overlap.</summary>
    /// <remarks>Errors: <c>RUN0301</c> when the question leaves no room for the text.</remarks>
    public static IEnumerable<AnswerWindow> Cut(int question, EncodedPair pair, int tokenTypes, int limit, int overlap)
    {
        var before = 0;
        while (before < pair.Sources.Count && pair.Sources[before] != 1)
        {
            before++;
        }

        var total = pair.Sources.Count(source => source == 1);
        var after = pair.Ids.Count - before - total;
        var room = limit - before - after;
        if (room < 1)
        {
            throw EncoderErrors.TooLong(question, before + after + Math.Min(total, 1), limit);
        }

        var step = Math.Max(1, room - Math.Min(overlap, room / 2));
        for (var first = 0; first == 0 || first + room - step < total; first += step)
        {
            var length = Math.Min(room, total - first);
            int[] tokens = [.. Enumerable.Range(0, before), .. Enumerable.Range(before + first, length), .. Enumerable.Range(before + total, after)];
            var input = new EncoderInput(
                [.. tokens.Select(token => pair.Ids[token])], tokenTypes > 1 ? [.. tokens.Select(token => pair.TypeIds[token])] : [], null);
            yield return new AnswerWindow(question, input, before, first, length);
        }
    }
}
