using System.Globalization;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Statistics;
using Gyre.Registry.Ratings;

namespace Gyre.Server.Ratings;

/// <summary>Sums a campaign up: candidates, pairs, agreement, consistency, sides.</summary>
/// <remarks>
/// The unit is the item: several ratings of one item are no independent samples, so an item counts once, with the mean of its
/// raters, and intervals are over items (Wilson's where every item's mean is 0 or 1, else the bootstrap).
/// </remarks>
public static class RatingAnalysis
{
    /// <summary>Sums up.</summary>
    /// <param name="results">What the campaign gave.</param>
    /// <param name="verdicts">A judge's verdicts to compare with; null for none.</param>
    /// <param name="cancellationToken">Ends the resampling.</param>
    public static RatingReport Of(RatingResults results, JudgeVerdicts? verdicts = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(results);
        var options = new ComparisonOptions { Seed = results.Campaign.Seed };
        var firsts = results.Records.Where(record => !record.IsRepeat).ToArray();
        var isPairs = results.Campaign.Rubric.Form == RatingForm.Pairs;
        return new RatingReport(
            results.Campaign.Name,
            isPairs ? "pairs" : "single",
            results.Campaign.IsOpen,
            results.Campaign.UnblindedAt,
            results.Campaign.Source,
            results.Campaign.Seed,
            results.Progress,
            isPairs ? WinRates(results, firsts, options, cancellationToken) : Means(results, firsts, options, cancellationToken),
            isPairs ? Pairs(results, firsts, options, cancellationToken) : [],
            [.. results.Campaign.Rubric.Questions.Select(question => RaterAgreement.Of(question, firsts, results.Campaign.RatersWanted))],
            RaterAgreement.Consistency(results),
            isPairs ? Sides(results.Records) : null,
            verdicts?.Compare(results, options, cancellationToken));
    }

    /// <summary>1 for a win of the candidate, ½ for a tie, 0 for a loss.</summary>
    internal static double WinOf(RatingRecord record, string candidate) => record.Value(RatingQuestion.Preference) switch
    {
        RatingRecord.First => record.Item.Outputs[0].Candidate == candidate ? 1 : 0,
        RatingRecord.Second => record.Item.Outputs[1].Candidate == candidate ? 1 : 0,
        _ => 0.5,
    };

    private static List<CandidateMeasure> Means(RatingResults results, RatingRecord[] records, ComparisonOptions options, CancellationToken cancellationToken)
    {
        var measures = new List<CandidateMeasure>();
        foreach (var question in results.Campaign.Rubric.Questions)
        {
            foreach (var candidate in results.Candidates)
            {
                var own = records.Where(record => record.Item.Outputs[0].Candidate == candidate).ToArray();
                if (question.Kind == RatingQuestionKind.Scale)
                {
                    measures.Add(Measure(candidate, question.Name, "mean", own, record => int.Parse(record.Value(question.Name), CultureInfo.InvariantCulture), options, cancellationToken));
                    continue;
                }

                foreach (var option in question.Options.Take(question.Kind == RatingQuestionKind.YesNo ? 1 : int.MaxValue))
                {
                    measures.Add(Measure(candidate, question.Name, $"share of {option.Value}", own, record => record.Value(question.Name) == option.Value ? 1 : 0, options, cancellationToken));
                }
            }
        }

        return measures;
    }

    private static List<CandidateMeasure> WinRates(RatingResults results, RatingRecord[] records, ComparisonOptions options, CancellationToken cancellationToken) =>
    [
        .. results.Candidates.Select(candidate => Measure(
            candidate,
            RatingQuestion.Preference,
            "win rate",
            [.. records.Where(record => record.Item.Outputs.Any(output => output.Candidate == candidate))],
            record => WinOf(record, candidate),
            options,
            cancellationToken)),
    ];

    private static List<PairMeasure> Pairs(RatingResults results, RatingRecord[] records, ComparisonOptions options, CancellationToken cancellationToken)
    {
        var pairs = new List<PairMeasure>();
        foreach (var (place, first) in results.Candidates.Index())
        {
            foreach (var second in results.Candidates.Skip(place + 1))
            {
                var own = records.Where(record => record.Item.Outputs.Any(output => output.Candidate == first) && record.Item.Outputs.Any(output => output.Candidate == second)).ToArray();
                if (own.Length == 0)
                {
                    continue;
                }

                var measure = Measure(first, RatingQuestion.Preference, "win rate", own, record => WinOf(record, first), options, cancellationToken);
                var means = ItemMeans(own, record => WinOf(record, first));
                pairs.Add(new PairMeasure(
                    first,
                    second,
                    measure.Items,
                    own.Count(record => WinOf(record, first) == 1),
                    own.Count(record => WinOf(record, first) == 0),
                    own.Count(record => record.Value(RatingQuestion.Preference) == RatingQuestion.Tie),
                    own.Count(record => record.Value(RatingQuestion.Preference) == RatingQuestion.BothBad),
                    measure.Figure,
                    PairedTests.McNemar(means.Count(mean => mean > 0.5), means.Count(mean => mean < 0.5))));
            }
        }

        return pairs;
    }

    private static SideShare Sides(IReadOnlyList<RatingRecord> records)
    {
        var left = records.Count(record => record.Value(RatingQuestion.Preference) == (record.LeftPlace == 0 ? RatingRecord.First : RatingRecord.Second));
        var right = records.Count(record => record.Value(RatingQuestion.Preference) == (record.LeftPlace == 0 ? RatingRecord.Second : RatingRecord.First));
        return new SideShare(
            left,
            right,
            RatingFigure.Of(MetricValue.Ratio(left, left + right, "no rating prefers a side"), left + right == 0 ? null : ConfidenceIntervals.Wilson(left, left + right)),
            PairedTests.McNemar(left, right));
    }

    private static CandidateMeasure Measure(
        string candidate, string question, string measure, RatingRecord[] records, Func<RatingRecord, double> valueOf, ComparisonOptions options, CancellationToken cancellationToken)
    {
        var samples = new SampleStatistics(1);
        foreach (var mean in ItemMeans(records, valueOf))
        {
            samples.Add([mean]);
        }

        var (value, interval, count) = SampleInterval.Of(samples, static (sums, number) => MetricValue.Ratio(sums[0], number, "nothing is rated"), options, cancellationToken);
        return new CandidateMeasure(candidate, question, measure, RatingFigure.Of(value, interval), (int)count, records.Length);
    }

    private static double[] ItemMeans(RatingRecord[] records, Func<RatingRecord, double> valueOf) =>
        [.. records.GroupBy(record => record.ItemNumber).OrderBy(group => group.Key).Select(group => group.Average(valueOf))];
}
