using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Statistics;

namespace Gyre.Evaluation.Judges.Pairs;

/// <summary>How much more a judge prefers its own answers than others do, on the same pairs.</summary>
/// <remarks>
/// A judge may prefer its own answers because they are better; so its verdicts are held against those of others (people,
/// other models), pair by pair.
/// <para>Source: Panickssery et al., "LLM Evaluators Recognize and Favor Their Own Generations", 2024.</para>
/// </remarks>
public static class SelfPreference
{
    /// <summary>The judge's win rate of its own answers minus that of the others, with interval and p-value.</summary>
    /// <param name="byItself">For each pair 1 when the judge prefers its own answer, 0 when the other's, ½ for a tie; null without a verdict.</param>
    /// <param name="byOthers">The same pairs as others see them, in the same order and from the same side.</param>
    /// <param name="options">Seed, confidence, resamples.</param>
    /// <param name="cancellationToken">Ends the resampling.</param>
    public static Comparison Of(IReadOnlyList<double?> byItself, IReadOnlyList<double?> byOthers, ComparisonOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(byItself);
        ArgumentNullException.ThrowIfNull(byOthers);
        if (byItself.Count != byOthers.Count)
        {
            throw new ArgumentException($"Measure self-preference: found {byItself.Count} and {byOthers.Count} verdicts; expected one of each side for every pair.", nameof(byOthers));
        }

        return PairedComparison.Compare(Table(byOthers), Table(byItself), Mean, options, cancellationToken);
    }

    private static MetricValue Mean(ReadOnlySpan<double> sums, long count) => MetricValue.Ratio(sums[0], count, "no pair has a verdict of both sides");

    private static SampleStatistics Table(IReadOnlyList<double?> values)
    {
        var table = new SampleStatistics(1);
        foreach (var value in values)
        {
            if (value is { } number)
            {
                table.Add([number]);
            }
            else
            {
                table.AddUndefined();
            }
        }

        return table;
    }
}
