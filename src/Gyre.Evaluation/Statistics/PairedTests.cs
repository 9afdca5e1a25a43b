namespace Gyre.Evaluation.Statistics;

/// <summary>Classical tests of paired samples, beside resampling.</summary>
public static class PairedTests
{
    /// <summary>McNemar's exact two-sided test of paired yes/no outcomes.</summary>
    /// <param name="onlyFirst">Pairs where only the first succeeded.</param>
    /// <param name="onlySecond">Pairs where only the second succeeded.</param>
    /// <returns>The p-value; 1 when no pair differs.</returns>
    /// <remarks>Source: Q. McNemar, "Note on the sampling error of the difference between correlated proportions", 1947; exact binomial form.</remarks>
    public static double McNemar(long onlyFirst, long onlySecond)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(onlyFirst);
        ArgumentOutOfRangeException.ThrowIfNegative(onlySecond);
        var discordant = onlyFirst + onlySecond;
        return discordant == 0 ? 1 : Math.Min(1, 2 * Distributions.FairCoins(Math.Min(onlyFirst, onlySecond), discordant));
    }

    /// <summary>Student's two-sided t-test of the mean of differences.</summary>
    /// <param name="differences">At least two finite differences.</param>
    /// <returns>The p-value; 1 when all differences are 0, 0 when they are equal and not 0.</returns>
    public static double StudentT(IReadOnlyList<double> differences)
    {
        ArgumentNullException.ThrowIfNull(differences);
        ArgumentOutOfRangeException.ThrowIfLessThan(differences.Count, 2, nameof(differences));
        var mean = differences.Average();
        var variance = differences.Sum(value => (value - mean) * (value - mean)) / (differences.Count - 1);
        if (variance == 0)
        {
            return mean == 0 ? 1 : 0;
        }

        return Distributions.StudentTwoSided(mean / Math.Sqrt(variance / differences.Count), differences.Count - 1);
    }

    /// <summary>Wilcoxon's two-sided signed-rank test: exact up to 25 differences without ties, else the normal approximation corrected for ties and continuity.</summary>
    /// <param name="differences">Finite differences; zeros are left out.</param>
    /// <returns>The p-value; 1 when no difference is left.</returns>
    /// <remarks>Source: F. Wilcoxon, "Individual comparisons by ranking methods", 1945; W. Conover, "Practical Nonparametric Statistics", for ties.</remarks>
    public static double Wilcoxon(IReadOnlyList<double> differences)
    {
        ArgumentNullException.ThrowIfNull(differences);
        var ordered = differences.Where(value => value != 0).OrderBy(Math.Abs).ToArray();
        var n = ordered.Length;
        if (n == 0)
        {
            return 1;
        }

        var (positive, ties) = (0.0, 0.0);
        for (var first = 0; first < n;)
        {
            var end = first;
            while (end < n && Math.Abs(ordered[end]) == Math.Abs(ordered[first]))
            {
                end++;
            }

            double size = end - first;
            ties += (size * size * size) - size;
            positive += ordered[first..end].Count(value => value > 0) * ((first + 1 + end) / 2.0);
            first = end;
        }

        var total = n * (n + 1) / 2.0;
        var least = Math.Min(positive, total - positive);
        if (n <= 25 && ties == 0)
        {
            return Math.Min(1, 2 * ExactRankSums(n, (int)least));
        }

        var variance = (n * (n + 1.0) * ((2.0 * n) + 1) / 24) - (ties / 48);
        var z = Math.Max(0, Math.Abs(positive - (total / 2)) - 0.5) / Math.Sqrt(variance);
        return Math.Min(1, 2 * Distributions.Normal(-z));
    }

    /// <summary>P(sum of the positive ranks ≤ limit) when every sign is a fair coin.</summary>
    private static double ExactRankSums(int n, int limit)
    {
        var ways = new double[(n * (n + 1) / 2) + 1];
        ways[0] = 1;
        for (var rank = 1; rank <= n; rank++)
        {
            for (var sum = ways.Length - 1; sum >= rank; sum--)
            {
                ways[sum] += ways[sum - rank];
            }
        }

        return ways.Take(limit + 1).Sum() / Math.Pow(2, n);
    }
}
