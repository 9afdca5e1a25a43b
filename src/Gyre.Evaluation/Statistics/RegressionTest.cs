using Gyre.Contracts;
using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Statistics;

/// <summary>Whether a candidate is worse than a baseline by more than a tolerance, beyond chance.</summary>
/// <remarks>
/// One-sided, paired. For means the differences, with the tolerance taken off, change their signs at random: exact where they are
/// symmetric, so on equal candidates it says "worse" at most as often as its level. For other metrics: without tolerance the
/// candidates' rows change places at random; with one, the share of bootstrap samples that are not worse.
/// <para>Source: Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapters 15 and 16.</para>
/// </remarks>
public static class RegressionTest
{
    /// <summary>Tests.</summary>
    /// <param name="baseline">What is compared with.</param>
    /// <param name="candidate">The same samples of the candidate.</param>
    /// <param name="combine">The metric's combination.</param>
    /// <param name="direction">Which end is the good one.</param>
    /// <param name="tolerance">By how much worse is still well, 0 or more, in the metric's unit.</param>
    /// <param name="options">Seed, confidence, resamples.</param>
    /// <param name="cancellationToken">Ends the resampling.</param>
    /// <exception cref="ArgumentException">The tables differ in length or width.</exception>
    public static RegressionFinding Run(
        SampleStatistics baseline,
        SampleStatistics candidate,
        MetricCombiner combine,
        ScoreDirection direction,
        double tolerance,
        ComparisonOptions options,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(baseline);
        ArgumentNullException.ThrowIfNull(candidate);
        ArgumentNullException.ThrowIfNull(combine);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegative(tolerance);
        options.Require();
        using var pairs = SamplePairs.Of(baseline, candidate);
        var (before, after) = (pairs.Value(combine, isSecond: false), pairs.Value(combine, isSecond: true));
        if (!before.IsDefined || !after.IsDefined)
        {
            return new RegressionFinding(pairs.Count, before.IsDefined ? after : before, null, null);
        }

        // From here on, more is better.
        var sign = direction == ScoreDirection.HigherIsBetter ? 1 : -1;
        var gain = sign * (after.Number - before.Number);
        var random = new SeededRandom(options.Seed).Fork("regression");
        var isMean = pairs.Width == 1 && pairs.IsMean(combine);
        var resampler = new Resampler(options, cancellationToken);
        double[] resampled;
        double pValue;
        if (isMean)
        {
            var shifted = pairs.Differences(sign).Select(difference => difference + tolerance).ToArray();
            resampled = resampler.Run(random, () => 0, (source, _) => SignedMean(shifted, source));
            pValue = Share(resampled, value => value <= gain + tolerance + Hair(gain + tolerance));
        }
        else if (tolerance == 0)
        {
            resampled = resampler.Run(random, pairs.NewSums, (source, sums) => sign * pairs.Permuted(source, sums, combine));
            pValue = Share(resampled, value => !(value > gain + Hair(gain)));
        }
        else
        {
            resampled = resampler.Run(random, pairs.NewSums, (source, sums) => sign * pairs.Bootstrapped(source, sums, combine));
            pValue = Share(resampled, value => !(value < -tolerance));
        }

        double? deviation = isMean && pairs.Count > 1 ? pairs.Deviation() : null;
        var alpha = 1 - options.Confidence;
        double? least = deviation is { } spread
            ? tolerance + ((Distributions.NormalQuantile(1 - alpha) + Distributions.NormalQuantile(0.8)) * spread / Math.Sqrt(pairs.Count))
            : null;
        return new RegressionFinding(pairs.Count, MetricValue.Of(sign * gain), pValue, least);
    }

    // Sums are added in another order than the observed ones: a hair's breadth must not decide.
    private static double Hair(double value) => Math.Abs(value) * 1e-9;

    private static double Share(double[] resampled, Func<double, bool> isAsBad) => (resampled.Count(isAsBad) + 1.0) / (resampled.Length + 1);

    private static double SignedMean(double[] differences, SeededRandom random)
    {
        var sum = 0.0;
        var coins = 0UL;
        for (var i = 0; i < differences.Length; i++)
        {
            coins = i % 64 == 0 ? random.NextUInt64() : coins >> 1;
            sum += (coins & 1) == 0 ? differences[i] : -differences[i];
        }

        return sum / differences.Length;
    }
}
