using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Statistics;

namespace Gyre.Evaluation.Judges.Pairs;

/// <summary>How far a judge's preference goes with length. Longer answers may be better ones: only a comparison with people says how much of it is bias.</summary>
/// <param name="Decided">Pairs with a winner.</param>
/// <param name="LongerWins">Those in which the longer answer won.</param>
/// <param name="LongerWinRate">Their share among decided pairs of different length.</param>
/// <param name="LongerWinInterval">Its interval; null without such pairs.</param>
/// <param name="Correlation">The point-biserial correlation of "the first answer won" with the relative difference of the lengths, (first − second) / (first + second).</param>
/// <param name="CorrelationInterval">Its bootstrap interval; null without a correlation.</param>
public sealed record VerbosityBias(
    long Decided, long LongerWins, MetricValue LongerWinRate, Interval? LongerWinInterval, MetricValue Correlation, Interval? CorrelationInterval)
{
    /// <summary>Of verdicts with the lengths of their answers in characters; those without a winner are left aside.</summary>
    public static VerbosityBias Of(IEnumerable<(PairVerdict Verdict, int FirstLength, int SecondLength)> pairs, ComparisonOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentNullException.ThrowIfNull(options);
        var samples = new SampleStatistics(CorrelationSums.Width);
        var (different, longer) = (0, 0);
        foreach (var (verdict, firstLength, secondLength) in pairs)
        {
            if (verdict.Preference is not (PairPreference.First or PairPreference.Second))
            {
                continue;
            }

            double won = verdict.Preference == PairPreference.First ? 1 : 0;
            var difference = firstLength == secondLength ? 0 : (firstLength - secondLength) / ((double)firstLength + secondLength);
            different += difference == 0 ? 0 : 1;
            longer += difference != 0 && difference > 0 == (won == 1) ? 1 : 0;
            samples.Add(CorrelationSums.Of(won, difference));
        }

        var (correlation, interval, _) = SampleInterval.Of(samples, CorrelationSums.Combine, options, cancellationToken);
        return new VerbosityBias(
            samples.Count,
            longer,
            MetricValue.Ratio(longer, different, "no pair of different length has a winner"),
            different == 0 ? null : ConfidenceIntervals.Wilson(longer, different, options.Confidence),
            correlation,
            interval);
    }
}
