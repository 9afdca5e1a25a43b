using Gyre.Models.Architectures;
using Gyre.Tensors.Autodiff;

namespace Gyre.Training.Translation;

/// <summary>
/// Writes answers as the published teaching version does: after every token the whole answer is read again, without masks.
/// No decoder that keeps keys and values can do that.
/// </summary>
/// <param name="model">A model trained without masks.</param>
/// <param name="tape">A tape that does not record.</param>
internal sealed class UnmaskedWriter(TrainableEncoderDecoder model, Tape tape)
{
    /// <summary>The likeliest tokens after the start token, until the end token or the limit.</summary>
    /// <param name="source">Ids of a source.</param>
    /// <param name="maxTokens">The most tokens.</param>
    /// <remarks>Cost: the square of the answer's length, times the model; for the few answers of a comparison.</remarks>
    public List<int> Write(int[] source, int maxTokens)
    {
        var answer = new List<int> { PairTokenizers.StartId };
        model.SeesAhead = true;
        while (answer.Count <= maxTokens)
        {
            var inputs = answer.ToArray();
            var batch = new PairBatch { Sources = source, SourceLengths = [source.Length], Inputs = inputs, Targets = inputs, Rows = 1 };
            var logits = model.Logits(tape, in batch).Span;
            var width = logits.Length / inputs.Length;
            var next = Likeliest(logits[^width..]);
            tape.Reset();
            if (next == PairTokenizers.EndId)
            {
                break;
            }

            answer.Add(next);
        }

        return answer[1..];
    }

    private static int Likeliest(ReadOnlySpan<float> logits)
    {
        var best = 0;
        for (var i = 1; i < logits.Length; i++)
        {
            best = logits[i] > logits[best] ? i : best;
        }

        return best;
    }
}
