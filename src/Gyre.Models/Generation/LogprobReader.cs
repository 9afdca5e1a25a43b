
namespace Gyre.Models.Generation;

/// <summary>Reads log-probabilities out of logits: log-softmax of single entries and the most likely alternatives.</summary>
internal static class LogprobReader
{
    /// <summary>The chosen token's log-probability and the <paramref name="topCount"/> most likely alternatives.</summary>
    /// <param name="logits">A row of the model's output.</param>
    /// <param name="id">The chosen token.</param>
    /// <param name="topCount">How many alternatives.</param>
    /// <param name="choices">How many of the logits belong to tokens; networks may have more.</param>
    /// <remarks>Shape: <c>logits [V]</c>. The sum is taken in double precision, in index order.</remarks>
    public static TokenLogprob Read(ReadOnlySpan<float> logits, int id, int topCount, int choices)
    {
        var normaliser = LogSumExp(logits);
        return new TokenLogprob(id, (float)(logits[id] - normaliser), Top(logits[..choices], topCount, normaliser));
    }

    /// <summary>The natural logarithm of the sum of exponentials of the logits.</summary>
    public static double LogSumExp(ReadOnlySpan<float> logits)
    {
        var maximum = LogitScan.Max(logits);
        var sum = 0.0;
        foreach (var logit in logits)
        {
            sum += Math.Exp((double)logit - maximum);
        }

        return maximum + Math.Log(sum);
    }

    private static (int Id, float Logprob)[] Top(ReadOnlySpan<float> logits, int count, double normaliser)
    {
        count = Math.Min(count, logits.Length);
        if (count == 0)
        {
            return [];
        }

        // Insertion into a short sorted list: count is at most 20 and almost every token fails the first comparison.
        var top = new (int Id, float Logprob)[count];
        var filled = 0;
        for (var id = 0; id < logits.Length; id++)
        {
            var logit = logits[id];
            if (filled == count && logit <= top[count - 1].Logprob)
            {
                continue;
            }

            var place = filled < count ? filled++ : count - 1;
            while (place > 0 && top[place - 1].Logprob < logit)
            {
                top[place] = top[place - 1];
                place--;
            }

            top[place] = (id, logit);
        }

        for (var i = 0; i < count; i++)
        {
            top[i].Logprob = (float)(top[i].Logprob - normaliser);
        }

        return top;
    }
}
