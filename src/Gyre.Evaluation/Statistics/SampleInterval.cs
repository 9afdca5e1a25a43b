using Gyre.Contracts;
using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Statistics;

/// <summary>The value of one candidate's samples with its interval.</summary>
public static class SampleInterval
{
    /// <summary>Value and interval: Wilson's for outcomes that are all 0 or 1, else the percentile bootstrap over samples.</summary>
    /// <param name="samples">The statistics; samples without a value are left out.</param>
    /// <param name="combine">The metric's combination.</param>
    /// <param name="options">Seed, confidence, resamples.</param>
    /// <param name="cancellationToken">Ends the resampling.</param>
    /// <returns>The value, its interval (null when the value is undefined, or too many resamples are), and how many samples count.</returns>
    public static (MetricValue Value, Interval? Interval, long Count) Of(
        SampleStatistics samples, MetricCombiner combine, ComparisonOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(combine);
        ArgumentNullException.ThrowIfNull(options);
        options.Require();
        var sums = new double[samples.Width];
        var isBinary = samples.Width == 1;
        var count = 0;
        for (var sample = 0; sample < samples.Count; sample++)
        {
            if (samples.IsDefined(sample))
            {
                Add(samples[sample], sums);
                isBinary &= samples[sample][0] is 0 or 1;
                count++;
            }
        }

        if (count == 0)
        {
            return (MetricValue.Undefined(UndefinedCause.NoSamples, samples.Count == 0 ? "no row of this kind" : "no answer has a value"), null, 0);
        }

        var value = combine(sums, count);
        if (!value.IsDefined)
        {
            return (value, null, count);
        }

        return isBinary && value.Number == sums[0] / count
            ? (value, ConfidenceIntervals.Wilson((int)sums[0], count, options.Confidence), count)
            : (value, Bootstrap(samples, count, combine, options, cancellationToken), count);
    }

    private static Interval? Bootstrap(SampleStatistics samples, int count, MetricCombiner combine, ComparisonOptions options, CancellationToken cancellationToken)
    {
        // Where every sample has a value, a sample is its own place.
        int[]? defined = count == samples.Count ? null : [.. Enumerable.Range(0, samples.Count).Where(samples.IsDefined)];
        var values = new Resampler(options, cancellationToken).Run(new SeededRandom(options.Seed).Fork("interval"), () => new double[samples.Width], (random, sums) =>
        {
            Array.Clear(sums);
            for (var i = 0; i < count; i++)
            {
                var drawn = random.NextInt32(count);
                Add(samples[defined is null ? drawn : defined[drawn]], sums);
            }

            var value = combine(sums, count);
            return value.IsDefined ? value.Number : double.NaN;
        });
        return Resampler.Percentiles(values, options.Confidence, "bootstrap");
    }

    private static void Add(ReadOnlySpan<double> sample, double[] sums)
    {
        for (var i = 0; i < sums.Length; i++)
        {
            sums[i] += sample[i];
        }
    }
}
