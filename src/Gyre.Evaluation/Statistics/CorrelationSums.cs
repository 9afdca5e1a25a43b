using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Statistics;

/// <summary>Pearson's correlation as sums that add up, so that its interval is resampled like any metric's.</summary>
internal static class CorrelationSums
{
    public const int Width = 5;

    private const double Rounding = 1e-12;

    /// <summary>The statistics of a pair.</summary>
    public static double[] Of(double x, double y) => [x, y, x * x, y * y, x * y];

    /// <summary>The correlation; undefined when one side does not vary.</summary>
    public static MetricValue Combine(ReadOnlySpan<double> sums, long count)
    {
        // n²·variances; a variance within rounding of 0 is 0.
        var (first, second) = ((count * sums[2]) - (sums[0] * sums[0]), (count * sums[3]) - (sums[1] * sums[1]));
        return first <= Rounding * count * sums[2] || second <= Rounding * count * sums[3]
            ? MetricValue.Undefined(UndefinedCause.ZeroDenominator, "one of the two is the same every time")
            : MetricValue.Of(Math.Clamp(((count * sums[4]) - (sums[0] * sums[1])) / Math.Sqrt(first * second), -1, 1));
    }
}
