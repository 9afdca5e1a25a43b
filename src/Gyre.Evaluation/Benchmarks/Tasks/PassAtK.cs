namespace Gyre.Evaluation.Benchmarks.Tasks;

/// <summary>The chance that at least one of k programs passes, estimated from more of them.</summary>
public static class PassAtK
{
    /// <summary>1 − C(n−c, k) / C(n, k), the unbiased estimate.</summary>
    /// <param name="samples">Programs that were run: n.</param>
    /// <param name="passed">Those that passed: c.</param>
    /// <param name="k">1 to <paramref name="samples"/>.</param>
    /// <remarks>
    /// <para>Cost: k multiplications; no binomial coefficient is formed.</para>
    /// <para>Source: Chen et al. 2021, "Evaluating Large Language Models Trained on Code", equation 1.</para>
    /// </remarks>
    public static double Estimate(int samples, int passed, int k)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, k);
        ArgumentOutOfRangeException.ThrowIfNegative(passed);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(passed, samples);
        if (samples - passed < k)
        {
            return 1;
        }

        var none = 1.0;
        for (var i = samples - passed + 1; i <= samples; i++)
        {
            none *= 1.0 - ((double)k / i);
        }

        return 1 - none;
    }
}
