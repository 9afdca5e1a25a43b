namespace Gyre.Evaluation.Metrics.Vectors;

/// <summary>How two series of numbers go together, for example a metric and people's ratings.</summary>
/// <remarks>
/// Undefined with fewer than two pairs, a number that is not finite, or a series without variation.
/// <para>Source: K. Pearson 1895; C. Spearman 1904 with mean ranks for ties; M. Kendall 1945 (τ-b) counted as W. Knight 1966. Equal to
/// scipy.stats pearsonr, spearmanr and kendalltau.</para>
/// </remarks>
public static class Correlation
{
    private static MetricValue NoVariation { get; } = MetricValue.Undefined(UndefinedCause.ZeroDenominator, "all numbers of one series are equal");

    /// <summary>Pearson's r.</summary>
    public static MetricValue Pearson(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        if (Fault(first, second) is { } fault)
        {
            return MetricValue.Undefined(fault);
        }

        // Scaled first, so that squares neither of great numbers nor of small ones leave the range of doubles.
        var (one, two) = (Centred(first), Centred(second));
        var (product, squaresOne, squaresTwo) = (0.0, 0.0, 0.0);
        for (var i = 0; i < one.Length; i++)
        {
            product += one[i] * two[i];
            squaresOne += one[i] * one[i];
            squaresTwo += two[i] * two[i];
        }

        var spread = Math.Sqrt(squaresOne) * Math.Sqrt(squaresTwo);
        return spread == 0 ? NoVariation : MetricValue.Of(Math.Clamp(product / spread, -1, 1));
    }

    /// <summary>Spearman's ρ: Pearson's r of the ranks, equal numbers having the mean of their ranks.</summary>
    public static MetricValue Spearman(ReadOnlySpan<double> first, ReadOnlySpan<double> second) =>
        Fault(first, second) is { } fault ? MetricValue.Undefined(fault) : Pearson(Ranks(first), Ranks(second));

    /// <summary>Kendall's τ-b. Cost: n log n.</summary>
    public static MetricValue Kendall(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        if (Fault(first, second) is { } fault)
        {
            return MetricValue.Undefined(fault);
        }

        var (one, two) = (first.ToArray(), second.ToArray());
        var order = Enumerable.Range(0, one.Length).ToArray();
        Array.Sort(order, (a, b) => one[a] == one[b] ? two[a].CompareTo(two[b]) : one[a].CompareTo(one[b]));
        var (x, y) = (Array.ConvertAll(order, i => one[i]), Array.ConvertAll(order, i => two[i]));
        var tiesOne = Ties(x, x);
        var tiesBoth = Ties(x, y);
        var discordant = SortCountingSwaps(y, new double[y.Length], 0, y.Length);
        var tiesTwo = Ties(y, y);
        var pairs = (long)x.Length * (x.Length - 1) / 2;
        return pairs == tiesOne || pairs == tiesTwo
            ? NoVariation
            : MetricValue.Of(Math.Clamp((pairs - tiesOne - tiesTwo + tiesBoth - (2 * discordant)) / Math.Sqrt(pairs - tiesOne) / Math.Sqrt(pairs - tiesTwo), -1, 1));
    }

    /// <summary>Ranks from 1, equal numbers having the mean of theirs.</summary>
    internal static double[] Ranks(ReadOnlySpan<double> values)
    {
        var sorted = values.ToArray();
        var order = Enumerable.Range(0, sorted.Length).ToArray();
        Array.Sort(sorted, order);
        var ranks = new double[sorted.Length];
        for (var start = 0; start < sorted.Length;)
        {
            var end = start + 1;
            while (end < sorted.Length && sorted[end] == sorted[start])
            {
                end++;
            }

            for (var i = start; i < end; i++)
            {
                ranks[order[i]] = (start + 1 + end) / 2.0;
            }

            start = end;
        }

        return ranks;
    }

    private static Undefined? Fault(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        if (first.Length != second.Length)
        {
            throw new ArgumentException($"Correlate: found series of {first.Length} and {second.Length} numbers; expected as many in both.", nameof(second));
        }

        for (var i = 0; i < first.Length; i++)
        {
            if (!double.IsFinite(first[i]) || !double.IsFinite(second[i]))
            {
                return new Undefined(UndefinedCause.MissingInput, $"pair {i + 1} holds a number that is not finite");
            }
        }

        return first.Length < 2 ? new Undefined(UndefinedCause.NoSamples, $"there are {first.Length} pairs, and 2 are the fewest") : null;
    }

    /// <summary>Distances from the mean, as parts of the greatest number; all 0 exactly when all numbers are equal.</summary>
    private static double[] Centred(ReadOnlySpan<double> values)
    {
        var greatest = 0.0;
        foreach (var value in values)
        {
            greatest = Math.Max(greatest, Math.Abs(value));
        }

        var centred = new double[values.Length];
        if (!values.ContainsAnyExcept(values[0]))
        {
            return centred;
        }

        var sum = 0.0;
        foreach (var value in values)
        {
            sum += value / greatest;
        }

        var mean = sum / values.Length;
        for (var i = 0; i < centred.Length; i++)
        {
            centred[i] = (values[i] / greatest) - mean;
        }

        return centred;
    }

    /// <summary>Pairs that are equal in both series; equal ones stand side by side.</summary>
    private static long Ties(double[] first, double[] second)
    {
        var ties = 0L;
        for (int i = 1, run = 0; i < first.Length; i++)
        {
            run = first[i] == first[i - 1] && second[i] == second[i - 1] ? run + 1 : 0;
            ties += run;
        }

        return ties;
    }

    private static long SortCountingSwaps(double[] values, double[] scratch, int start, int end)
    {
        if (end - start < 2)
        {
            return 0;
        }

        var middle = start + ((end - start) / 2);
        var swaps = SortCountingSwaps(values, scratch, start, middle) + SortCountingSwaps(values, scratch, middle, end);
        for (int left = start, right = middle, to = start; to < end; to++)
        {
            if (right < end && (left == middle || values[right] < values[left]))
            {
                swaps += middle - left;
                scratch[to] = values[right++];
            }
            else
            {
                scratch[to] = values[left++];
            }
        }

        Array.Copy(scratch, start, values, start, end - start);
        return swaps;
    }
}
