using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Statistics;

namespace Gyre.Evaluation.Judges.Pairs;

/// <summary>How often a judge's verdicts follow the places of the answers and not the answers.</summary>
/// <param name="Pairs">Pairs that were judged in both orders.</param>
/// <param name="Changed">Those whose verdict changed with the order.</param>
/// <param name="ChangeRate">Their share.</param>
/// <param name="ChangeInterval">Its interval; null without pairs.</param>
/// <param name="TowardsFirst">Changed verdicts that named the first place both times.</param>
/// <param name="TowardsSecond">Changed verdicts that named the second place both times; what is left of the changed ones was a tie one time.</param>
/// <param name="PValue">The probability of so uneven sides or worse if no place were preferred (exact, two-sided); 1 when no side was named.</param>
public sealed record PositionBias(
    long Pairs, long Changed, MetricValue ChangeRate, Interval? ChangeInterval, long TowardsFirst, long TowardsSecond, double PValue)
{
    /// <summary>Of verdicts; those that were not asked in both orders are left aside.</summary>
    public static PositionBias Of(IEnumerable<PairVerdict> verdicts, double confidence = 0.95)
    {
        ArgumentNullException.ThrowIfNull(verdicts);
        var (pairs, changed, first, second) = (0, 0, 0, 0);
        foreach (var verdict in verdicts.Where(verdict => verdict is { InOrder: not null, Swapped: not null }))
        {
            pairs++;
            changed += verdict.IsContradictory ? 1 : 0;
            first += verdict is { InOrder: PairPreference.First, Swapped: PairPreference.Second } ? 1 : 0;
            second += verdict is { InOrder: PairPreference.Second, Swapped: PairPreference.First } ? 1 : 0;
        }

        return new PositionBias(
            pairs,
            changed,
            MetricValue.Ratio(changed, pairs, "no pair was judged in both orders"),
            pairs == 0 ? null : ConfidenceIntervals.Wilson(changed, pairs, confidence),
            first,
            second,
            PairedTests.McNemar(first, second));
    }
}
