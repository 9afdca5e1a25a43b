namespace Gyre.Evaluation.Statistics;

/// <summary>Corrects p-values when many comparisons are made at once.</summary>
public static class MultipleComparisons
{
    /// <summary>Holm's step-down values: compared with α they keep the chance of any false finding at most α.</summary>
    /// <param name="pValues">0 to 1.</param>
    /// <returns>Adjusted values in the order given.</returns>
    /// <remarks>Source: S. Holm, "A simple sequentially rejective multiple test procedure", 1979.</remarks>
    public static double[] Holm(IReadOnlyList<double> pValues) => Adjust(pValues, isStepDown: true);

    /// <summary>Benjamini and Hochberg's values: compared with α they keep the expected share of false findings at most α.</summary>
    /// <param name="pValues">0 to 1, independent or positively dependent.</param>
    /// <returns>Adjusted values in the order given.</returns>
    /// <remarks>Source: Y. Benjamini and Y. Hochberg, "Controlling the false discovery rate", 1995.</remarks>
    public static double[] BenjaminiHochberg(IReadOnlyList<double> pValues) => Adjust(pValues, isStepDown: false);

    private static double[] Adjust(IReadOnlyList<double> pValues, bool isStepDown)
    {
        ArgumentNullException.ThrowIfNull(pValues);
        if (pValues.Any(value => !(value is >= 0 and <= 1)))
        {
            throw new ArgumentOutOfRangeException(nameof(pValues), "Correct p-values: found one that is not between 0 and 1.");
        }

        var order = Enumerable.Range(0, pValues.Count).OrderBy(index => pValues[index]).ToArray();
        var adjusted = new double[pValues.Count];
        var bound = isStepDown ? 0.0 : 1.0;
        for (var i = 0; i < order.Length; i++)
        {
            // Step-down goes from the least p-value up, step-up from the greatest down.
            var rank = isStepDown ? i : order.Length - 1 - i;
            var scaled = isStepDown ? pValues[order[rank]] * (order.Length - rank) : pValues[order[rank]] * order.Length / (rank + 1);
            bound = isStepDown ? Math.Max(bound, Math.Min(1, scaled)) : Math.Min(bound, scaled);
            adjusted[order[rank]] = bound;
        }

        return adjusted;
    }
}
