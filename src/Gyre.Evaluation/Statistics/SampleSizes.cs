namespace Gyre.Evaluation.Statistics;

/// <summary>How many samples a comparison needs, and what it can find with those it has.</summary>
/// <remarks>Normal approximation of the two-sided paired test. Source: J. Cohen, "Statistical Power Analysis for the Behavioral Sciences", 1988.</remarks>
public static class SampleSizes
{
    /// <summary>The least number of pairs with which a true difference is found with the wanted power.</summary>
    /// <param name="difference">The true mean difference that must be found; not 0.</param>
    /// <param name="deviation">The standard deviation of the pairs' differences.</param>
    /// <param name="alpha">The significance level.</param>
    /// <param name="power">The wanted chance of finding it.</param>
    public static long PairsFor(double difference, double deviation, double alpha = 0.05, double power = 0.8)
    {
        ArgumentOutOfRangeException.ThrowIfZero(difference);
        ArgumentOutOfRangeException.ThrowIfNegative(deviation);
        var size = Math.Pow(Reach(alpha, power) * deviation / difference, 2);
        return size > long.MaxValue / 2 ? long.MaxValue : Math.Max(2, (long)Math.Ceiling(size));
    }

    /// <summary>The least true difference that so many pairs find with the wanted power.</summary>
    /// <param name="pairs">At least 2.</param>
    /// <param name="deviation">The standard deviation of the pairs' differences.</param>
    /// <param name="alpha">The significance level.</param>
    /// <param name="power">The wanted chance of finding it.</param>
    public static double MinimumDetectableEffect(long pairs, double deviation, double alpha = 0.05, double power = 0.8)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pairs, 2);
        ArgumentOutOfRangeException.ThrowIfNegative(deviation);
        return Reach(alpha, power) * deviation / Math.Sqrt(pairs);
    }

    /// <summary>The chance that so many pairs show a true difference.</summary>
    /// <param name="pairs">At least 2.</param>
    /// <param name="difference">The true mean difference.</param>
    /// <param name="deviation">The standard deviation of the pairs' differences; more than 0.</param>
    /// <param name="alpha">The significance level.</param>
    public static double Power(long pairs, double difference, double deviation, double alpha = 0.05)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pairs, 2);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(deviation);
        var shift = Math.Abs(difference) * Math.Sqrt(pairs) / deviation;
        var limit = Distributions.NormalQuantile(1 - (alpha / 2));
        return Distributions.Normal(shift - limit) + Distributions.Normal(-shift - limit);
    }

    private static double Reach(double alpha, double power) =>
        Distributions.NormalQuantile(1 - (alpha / 2)) + Distributions.NormalQuantile(power);
}
