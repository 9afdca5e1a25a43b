using Gyre.Contracts;
using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Statistics;

/// <summary>Compares two candidates on the same samples by resampling pairs.</summary>
/// <remarks>
/// Works on sums of statistics, so a corpus metric is compared as a corpus metric. Source: Efron and Tibshirani, "An
/// Introduction to the Bootstrap", 1993, chapters 13 and 15; for text metrics Koehn, "Statistical significance tests for
/// machine translation evaluation", 2004.
/// <para>Cost: pairs × resamples × width, spread over the threads.</para>
/// </remarks>
public static class PairedComparison
{
    /// <summary>Compares.</summary>
    /// <param name="first">The candidate that is compared with, sample by sample.</param>
    /// <param name="second">The other candidate's statistics of the same samples.</param>
    /// <param name="combine">The metric's combination.</param>
    /// <param name="options">Seed, confidence, resamples.</param>
    /// <param name="cancellationToken">Ends the resampling.</param>
    /// <exception cref="ArgumentException">The tables differ in length or width.</exception>
    public static Comparison Compare(
        SampleStatistics first, SampleStatistics second, MetricCombiner combine, ComparisonOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        ArgumentNullException.ThrowIfNull(combine);
        ArgumentNullException.ThrowIfNull(options);
        options.Require();
        using var pairs = SamplePairs.Of(first, second);
        var (one, other) = (pairs.Value(combine, isSecond: false), pairs.Value(combine, isSecond: true));
        if (!one.IsDefined || !other.IsDefined)
        {
            return new Comparison(pairs.Count, first.Count - pairs.Count, one, other, one.IsDefined ? other : one, null, null, null);
        }

        var difference = other.Number - one.Number;
        var random = new SeededRandom(options.Seed);
        var resampler = new Resampler(options, cancellationToken);
        var samples = resampler.Run(random.Fork("bootstrap"), pairs.NewSums, (source, sums) => pairs.Bootstrapped(source, sums, combine));
        var permuted = resampler.Run(random.Fork("permutation"), pairs.NewSums, (source, sums) => pairs.Permuted(source, sums, combine));
        return new Comparison(
            pairs.Count,
            first.Count - pairs.Count,
            one,
            other,
            MetricValue.Of(difference),
            Resampler.Percentiles(samples, options.Confidence, "paired bootstrap"),
            PValueOf(permuted, difference),
            EffectSize(pairs));
    }

    private static double PValueOf(double[] permuted, double difference)
    {
        // Sums are added in another order than the observed ones: a hair's breadth must not decide.
        var least = Math.Abs(difference) * (1 - 1e-9);

        // A permutation without a value counts as extreme, and the observed order is one of the permutations.
        return (permuted.Count(value => !(Math.Abs(value) < least)) + 1.0) / (permuted.Length + 1);
    }

    private static double? EffectSize(SamplePairs pairs)
    {
        if (pairs.Width != 1 || pairs.Count < 2)
        {
            return null;
        }

        var deviation = pairs.Deviation();
        return deviation > 0 ? pairs.Mean() / deviation : null;
    }
}
