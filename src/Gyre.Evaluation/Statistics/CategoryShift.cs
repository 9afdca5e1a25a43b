using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Statistics;

/// <summary>How far counts of categories have moved from those of a reference.</summary>
/// <remarks>Both list the same categories in the same order.</remarks>
public static class CategoryShift
{
    /// <summary>The p-value of Pearson's χ² test that current counts are drawn with the reference's shares.</summary>
    /// <remarks>
    /// Undefined where a category that the reference lacks occurs, for nothing is expected there. The approximation wants about
    /// 5 expected in each category. Source: K. Pearson 1900.
    /// </remarks>
    public static MetricValue ChiSquareP(IReadOnlyList<long> reference, IReadOnlyList<long> current)
    {
        if (Fault(reference, current) is { } fault)
        {
            return fault;
        }

        double before = reference.Sum(), now = current.Sum();
        var (statistic, categories) = (0.0, 0);
        for (var i = 0; i < reference.Count; i++)
        {
            var expected = reference[i] / before * now;
            if (expected == 0)
            {
                if (current[i] > 0)
                {
                    return MetricValue.Undefined(UndefinedCause.ZeroDenominator, $"category {i + 1} occurs {current[i]} times, and the reference has none");
                }

                continue;
            }

            categories++;
            statistic += (current[i] - expected) * (current[i] - expected) / expected;
        }

        return categories < 2
            ? MetricValue.Undefined(UndefinedCause.ZeroDenominator, "there is one category, whose share cannot move")
            : MetricValue.Of(Distributions.ChiSquareUpper(statistic, categories - 1));
    }

    /// <summary>The Hellinger distance of the shares, 0 to 1: √(½ Σ (√p − √q)²).</summary>
    /// <remarks>Source: E. Hellinger 1909.</remarks>
    public static MetricValue Hellinger(IReadOnlyList<long> reference, IReadOnlyList<long> current)
    {
        if (Fault(reference, current) is { } fault)
        {
            return fault;
        }

        double before = reference.Sum(), now = current.Sum();
        var sum = 0.0;
        for (var i = 0; i < reference.Count; i++)
        {
            var difference = Math.Sqrt(reference[i] / before) - Math.Sqrt(current[i] / now);
            sum += difference * difference;
        }

        return MetricValue.Of(Math.Min(1, Math.Sqrt(sum / 2)));
    }

    private static MetricValue? Fault(IReadOnlyList<long> reference, IReadOnlyList<long> current)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(current);
        if (reference.Count != current.Count || reference.Concat(current).Any(count => count < 0))
        {
            throw new ArgumentException($"Compare counts: found {reference.Count} and {current.Count} categories; expected as many, with counts of 0 or more.", nameof(current));
        }

        return reference.Sum() == 0 || current.Sum() == 0 ? MetricValue.Undefined(UndefinedCause.NoSamples, "the reference or the current counts are all 0") : null;
    }
}
