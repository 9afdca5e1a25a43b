using Gyre.Contracts;

namespace Gyre.Evaluation.Statistics;

/// <summary>Draws resamples on several threads; each has its own source, so the results do not depend on the threads.</summary>
internal sealed class Resampler(ComparisonOptions options, CancellationToken cancellationToken)
{
    /// <summary>One value a resample.</summary>
    /// <param name="seeds">Where the sources' seeds come from.</param>
    /// <param name="newScratch">Work space of a thread.</param>
    /// <param name="draw">Makes a resample's value; NaN when it has none.</param>
    public double[] Run<TScratch>(SeededRandom seeds, Func<TScratch> newScratch, Func<SeededRandom, TScratch, double> draw)
    {
        var starts = new ulong[options.Resamples];
        for (var i = 0; i < starts.Length; i++)
        {
            starts[i] = seeds.NextUInt64();
        }

        var values = new double[starts.Length];
        var settings = new ParallelOptions { MaxDegreeOfParallelism = options.Threads == 0 ? -1 : options.Threads, CancellationToken = cancellationToken };
        Parallel.For(0, starts.Length, settings, newScratch, (index, _, scratch) =>
        {
            values[index] = draw(new SeededRandom(starts[index]), scratch);
            return scratch;
        }, _ => { });
        return values;
    }

    /// <summary>The middle of resamples; null when more than one in a hundred has no value, for the rest would give a false sureness.</summary>
    public static Interval? Percentiles(double[] values, double confidence, string method)
    {
        var sorted = values.Where(double.IsFinite).Order().ToArray();
        return sorted.Length < values.Length * 0.99 ? null : new Interval(
            ConfidenceIntervals.Quantile(sorted, (1 - confidence) / 2), ConfidenceIntervals.Quantile(sorted, (1 + confidence) / 2), confidence, method);
    }
}
