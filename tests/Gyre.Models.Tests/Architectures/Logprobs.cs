namespace Gyre.Models.Tests.Architectures;

/// <summary>Log-probabilities from logits, in double precision.</summary>
internal static class Logprobs
{
    /// <summary>log p(ids[t + 1] | ids[..t]) for each t but the last.</summary>
    public static float[] OfFollowing(ReadOnlySpan<float> logits, int[] ids, int vocabulary)
    {
        var logprobs = new float[ids.Length - 1];
        for (var t = 0; t < logprobs.Length; t++)
        {
            logprobs[t] = (float)Of(logits.Slice(t * vocabulary, vocabulary), ids[t + 1]);
        }

        return logprobs;
    }

    public static double Of(ReadOnlySpan<float> logits, int id)
    {
        var largest = float.NegativeInfinity;
        foreach (var logit in logits)
        {
            largest = MathF.Max(largest, logit);
        }

        var sum = 0.0;
        foreach (var logit in logits)
        {
            sum += Math.Exp(logit - largest);
        }

        return logits[id] - largest - Math.Log(sum);
    }
}
