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
        var defined = Enumerable.Range(0, samples.Count).Where(samples.IsDefined).ToArray();
        if (defined.Length == 0)
        {
            return (MetricValue.Undefined(UndefinedCause.NoSamples, samples.Count == 0 ? "no row of this kind" : "no answer has a value"), null, 0);
        }

        var sums = new double[samples.Width];
        var isBinary = samples.Width == 1;
        foreach (var sample in defined)
        {
            Add(samples[sample], sums);
            isBinary &= samples[sample][0] is 0 or 1;
        }

        var value = combine(sums, defined.Length);
        if (!value.IsDefined)
        {
            return (value, null, defined.Length);
        }

        return isBinary && value.Number == sums[0] / defined.Length
            ? (value, ConfidenceIntervals.Wilson((int)sums[0], defined.Length, options.Confidence), defined.Length)
            : (value, Bootstrap(samples, defined, combine, options, cancellationToken), defined.Length);
    }

    private static Interval? Bootstrap(SampleStatistics samples, int[] defined, MetricCombiner combine, ComparisonOptions options, CancellationToken cancellationToken)
    {
        var values = new Resampler(options, cancellationToken).Run(new SeededRandom(options.Seed).Fork("interval"), () => new double[samples.Width], (random, sums) =>
        {
            Array.Clear(sums);
            for (var i = 0; i < defined.Length; i++)
            {
                Add(samples[defined[random.NextInt32(defined.Length)]], sums);
            }

            var value = combine(sums, defined.Length);
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
