using Gyre.Contracts;

namespace Gyre.Evaluation.Statistics;

/// <summary>How sure a mean over a sample is.</summary>
public static class ConfidenceIntervals
{
    /// <summary>The Wilson score interval of a proportion, without continuity correction.</summary>
    /// <param name="successes">0 to <paramref name="trials"/>.</param>
    /// <param name="trials">1 or more.</param>
    /// <param name="confidence">Between 0 and 1.</param>
    /// <remarks>Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", 1927.</remarks>
    public static Interval Wilson(int successes, int trials, double confidence = 0.95)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(trials, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(successes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(successes, trials);
        RequireConfidence(confidence);
        var z = Distributions.NormalQuantile(0.5 + (confidence / 2));
        var share = successes / (double)trials;
        var square = z * z / trials;
        var centre = (share + (square / 2)) / (1 + square);
        var half = z / (1 + square) * Math.Sqrt((share * (1 - share) / trials) + (square / (4 * trials)));

        // At the ends the exact bounds are 0 and 1; rounding must not leave a crumb.
        return new Interval(
            successes == 0 ? 0 : Math.Max(0, centre - half),
            successes == trials ? 1 : Math.Min(1, centre + half),
            confidence,
            "wilson");
    }

    /// <summary>The percentile bootstrap interval of a mean.</summary>
    /// <param name="values">At least one finite value.</param>
    /// <param name="seed">Equal seeds give equal intervals.</param>
    /// <param name="confidence">Between 0 and 1.</param>
    /// <param name="resamples">How many samples are drawn with replacement.</param>
    /// <remarks>
    /// <para>Cost: values × resamples.</para>
    /// <para>Source: B. Efron and R. Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13.</para>
    /// </remarks>
    public static Interval Bootstrap(IReadOnlyList<double> values, ulong seed, double confidence = 0.95, int resamples = 2000)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfLessThan(values.Count, 1, nameof(values));
        ArgumentOutOfRangeException.ThrowIfLessThan(resamples, 1);
        RequireConfidence(confidence);
        if (!values.All(double.IsFinite))
        {
            throw new ArgumentException("Values must be finite.", nameof(values));
        }

        var random = new SeededRandom(seed);
        var means = new double[resamples];
        for (var i = 0; i < resamples; i++)
        {
            var sum = 0.0;
            for (var j = 0; j < values.Count; j++)
            {
                sum += values[random.NextInt32(values.Count)];
            }

            means[i] = sum / values.Count;
        }

        Array.Sort(means);
        return new Interval(Quantile(means, (1 - confidence) / 2), Quantile(means, (1 + confidence) / 2), confidence, "bootstrap");
    }

    /// <summary>The quantile of sorted values with linear interpolation between neighbours.</summary>
    internal static double Quantile(double[] sorted, double probability)
    {
        var position = probability * (sorted.Length - 1);
        var below = (int)Math.Floor(position);
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((position - below) * (sorted[above] - sorted[below]));
    }

    private static void RequireConfidence(double confidence)
    {
        if (!(confidence is > 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(confidence), confidence, "Expected a number between 0 and 1.");
        }
    }
}
