using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Metrics.Agreement;
using Gyre.Evaluation.Metrics.Labels;
using Gyre.Evaluation.Statistics;

namespace Gyre.Evaluation.Judges;

/// <summary>How far a judge agrees with others on the same items: with people, with another model.</summary>
/// <param name="Items">Items that both gave a verdict.</param>
/// <param name="Missing">Items that one of them gave none.</param>
/// <param name="Share">The share of equal verdicts.</param>
/// <param name="ShareInterval">Its interval; null without items.</param>
/// <param name="Kappa">Cohen's κ.</param>
/// <param name="KappaInterval">Its bootstrap interval; null without κ.</param>
/// <param name="Alpha">Krippendorff's α.</param>
public sealed record JudgeAgreement(
    long Items, long Missing, MetricValue Share, Interval? ShareInterval, MetricValue Kappa, Interval? KappaInterval, MetricValue Alpha)
{
    private const int MostClasses = 20;

    /// <summary>Of verdicts by class.</summary>
    /// <param name="judge">One verdict an item; null where there is none.</param>
    /// <param name="others">The others' verdicts on the same items.</param>
    /// <param name="labels">The classes, at most 20, in order.</param>
    /// <param name="options">Seed, confidence, resamples.</param>
    /// <param name="weights">How wrong it is to say one class for another: for rubrics linear or quadratic. α takes the classes as ordinal then, else as nominal.</param>
    /// <param name="cancellationToken">Ends the resampling.</param>
    public static JudgeAgreement Of(
        IReadOnlyList<string?> judge, IReadOnlyList<string?> others, LabelSet labels, ComparisonOptions options, KappaWeights weights = KappaWeights.None, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(judge);
        ArgumentNullException.ThrowIfNull(others);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(labels.Names.Count, MostClasses, nameof(labels));
        if (judge.Count != others.Count)
        {
            throw new ArgumentException($"Compare a judge: found {judge.Count} and {others.Count} verdicts; expected one of each for every item.", nameof(others));
        }

        var classes = labels.Names.Count;
        var cells = new SampleStatistics(classes * classes);
        var cell = new double[classes * classes];
        var (equal, items) = (0, new List<RatedItem>());
        for (var i = 0; i < judge.Count; i++)
        {
            if (judge[i] is not { } one || others[i] is not { } two)
            {
                continue;
            }

            var (row, column) = (PlaceOf(labels, two), PlaceOf(labels, one));
            Array.Clear(cell);
            cell[(row * classes) + column] = 1;
            cells.Add(cell);
            equal += row == column ? 1 : 0;
            items.Add(new RatedItem([row, column]));
        }

        var (kappa, interval, _) = SampleInterval.Of(cells, (sums, _) => KappaOf(sums, labels, weights), options, cancellationToken);
        return new JudgeAgreement(
            items.Count,
            judge.Count - items.Count,
            MetricValue.Ratio(equal, items.Count, "no item has a verdict of both"),
            items.Count == 0 ? null : ConfidenceIntervals.Wilson(equal, items.Count, options.Confidence),
            kappa,
            interval,
            KrippendorffAlpha.Of(items, weights == KappaWeights.None ? MeasurementLevel.Nominal : MeasurementLevel.Ordinal));
    }

    private static int PlaceOf(LabelSet labels, string label) => labels.PlaceOf(label) is >= 0 and var place
        ? place
        : throw new ArgumentException($"Compare a judge: found the verdict '{label}'; expected one of {string.Join(", ", labels.Names)}.", nameof(label));

    private static MetricValue KappaOf(ReadOnlySpan<double> sums, LabelSet labels, KappaWeights weights)
    {
        var classes = labels.Names.Count;
        var table = new ConfusionTable(labels);
        for (var i = 0; i < sums.Length; i++)
        {
            table.Add(labels.Names[i / classes], labels.Names[i % classes], (int)sums[i]);
        }

        return table.Kappa(weights);
    }
}
