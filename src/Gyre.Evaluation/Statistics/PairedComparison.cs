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
        if (first.Count != second.Count || first.Width != second.Width)
        {
            throw new ArgumentException(
                $"Compare two candidates: found {first.Count} samples of {first.Width} statistics and {second.Count} of {second.Width}; expected the same samples and the same metric.", nameof(second));
        }

        var pairs = Pairs.Of(first, second);
        var (one, other) = (pairs.Value(combine, isSecond: false), pairs.Value(combine, isSecond: true));
        if (!one.IsDefined || !other.IsDefined)
        {
            return new Comparison(pairs.Count, first.Count - pairs.Count, one, other, one.IsDefined ? other : one, null, null, null);
        }

        var difference = other.Number - one.Number;
        var random = new SeededRandom(options.Seed);
        var samples = Resample(pairs, combine, options, random.Fork("bootstrap"), pairs.Bootstrap, cancellationToken);
        var permuted = Resample(pairs, combine, options, random.Fork("permutation"), pairs.Permute, cancellationToken);
        return new Comparison(
            pairs.Count,
            first.Count - pairs.Count,
            one,
            other,
            MetricValue.Of(difference),
            IntervalOf(samples, options.Confidence),
            PValueOf(permuted, difference),
            pairs.EffectSize());
    }

    private static Interval? IntervalOf(double[] differences, double confidence)
    {
        var defined = differences.Where(double.IsFinite).Order().ToArray();

        // When many resamples have no value (a rare class, say), the rest would give a false sureness.
        return defined.Length < differences.Length * 0.99 ? null : new Interval(
            ConfidenceIntervals.Quantile(defined, (1 - confidence) / 2), ConfidenceIntervals.Quantile(defined, (1 + confidence) / 2), confidence, "paired bootstrap");
    }

    private static double PValueOf(double[] permuted, double difference)
    {
        // Sums are added in another order than the observed ones: a hair's breadth must not decide.
        var least = Math.Abs(difference) * (1 - 1e-9);

        // A permutation without a value counts as extreme, and the observed order is one of the permutations.
        return (permuted.Count(value => !(Math.Abs(value) < least)) + 1.0) / (permuted.Length + 1);
    }

    private static double[] Resample(
        Pairs pairs, MetricCombiner combine, ComparisonOptions options, SeededRandom seeds, Action<SeededRandom, double[], double[]> draw, CancellationToken cancellationToken)
    {
        var starts = new ulong[options.Resamples];
        for (var i = 0; i < starts.Length; i++)
        {
            starts[i] = seeds.NextUInt64();
        }

        var differences = new double[options.Resamples];
        var settings = new ParallelOptions { MaxDegreeOfParallelism = options.Threads == 0 ? -1 : options.Threads, CancellationToken = cancellationToken };
        Parallel.For(0, starts.Length, settings, () => (new double[pairs.Width], new double[pairs.Width]), (index, _, sums) =>
        {
            var (one, other) = sums;
            draw(new SeededRandom(starts[index]), one, other);
            var (first, second) = (combine(one, pairs.Count), combine(other, pairs.Count));
            differences[index] = first.IsDefined && second.IsDefined ? second.Number - first.Number : double.NaN;
            return sums;
        }, _ => { });
        return differences;
    }

    /// <summary>The samples that both have a value for, side by side: [pair][first…, second…].</summary>
    private sealed class Pairs
    {
        private readonly double[] _values;

        private Pairs(double[] values, int width)
        {
            (_values, Width) = (values, width);
            Count = values.Length / (2 * width);
        }

        public int Width { get; }

        public int Count { get; }

        public static Pairs Of(SampleStatistics first, SampleStatistics second)
        {
            var width = first.Width;
            var shared = 0;
            for (var i = 0; i < first.Count; i++)
            {
                shared += first.IsDefined(i) && second.IsDefined(i) ? 1 : 0;
            }

            var values = new double[shared * 2 * width];
            var place = values.AsSpan();
            for (var i = 0; i < first.Count; i++)
            {
                if (first.IsDefined(i) && second.IsDefined(i))
                {
                    first[i].CopyTo(place);
                    second[i].CopyTo(place[width..]);
                    place = place[(2 * width)..];
                }
            }

            return new Pairs(values, width);
        }

        public MetricValue Value(MetricCombiner combine, bool isSecond)
        {
            if (Count == 0)
            {
                return MetricValue.Undefined(UndefinedCause.NoSamples, "no sample has a value for both candidates");
            }

            var sums = new double[Width];
            for (var pair = 0; pair < Count; pair++)
            {
                Add(Row(pair, isSecond), sums);
            }

            return combine(sums, Count);
        }

        public void Bootstrap(SeededRandom random, double[] one, double[] other)
        {
            Array.Clear(one);
            Array.Clear(other);
            for (var i = 0; i < Count; i++)
            {
                var pair = random.NextInt32(Count);
                Add(Row(pair, isSecond: false), one);
                Add(Row(pair, isSecond: true), other);
            }
        }

        public void Permute(SeededRandom random, double[] one, double[] other)
        {
            Array.Clear(one);
            Array.Clear(other);
            var coins = 0UL;
            for (var pair = 0; pair < Count; pair++)
            {
                coins = pair % 64 == 0 ? random.NextUInt64() : coins >> 1;
                var isSwapped = (coins & 1) != 0;
                Add(Row(pair, isSwapped), one);
                Add(Row(pair, !isSwapped), other);
            }
        }

        public double? EffectSize()
        {
            if (Width != 1 || Count < 2)
            {
                return null;
            }

            var (mean, squares) = (0.0, 0.0);
            for (var pair = 0; pair < Count; pair++)
            {
                var difference = _values[(2 * pair) + 1] - _values[2 * pair];
                var step = difference - mean;
                mean += step / (pair + 1);
                squares += step * (difference - mean);
            }

            var deviation = Math.Sqrt(squares / (Count - 1));
            return deviation > 0 ? mean / deviation : null;
        }

        private static void Add(ReadOnlySpan<double> row, double[] sums)
        {
            for (var i = 0; i < sums.Length; i++)
            {
                sums[i] += row[i];
            }
        }

        private ReadOnlySpan<double> Row(int pair, bool isSecond) => _values.AsSpan(((2 * pair) + (isSecond ? 1 : 0)) * Width, Width);
    }
}
