using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Metrics.Agreement;
using Gyre.Evaluation.Metrics.Labels;
using Gyre.Evaluation.Statistics;
using Gyre.Registry.Ratings;

namespace Gyre.Server.Ratings;

/// <summary>How far raters agree with each other and with themselves.</summary>
internal static class RaterAgreement
{
    private const int MostRaterPairs = 45;

    /// <summary>Agreement between raters on one question.</summary>
    public static QuestionAgreement Of(RatingQuestion question, IReadOnlyList<RatingRecord> records, int ratersWanted)
    {
        var labels = LabelsOf(question);
        var isScale = question.Kind == RatingQuestionKind.Scale;
        var items = records.GroupBy(record => record.ItemNumber).Select(group => group.ToArray()).Where(group => group.Length >= 2).ToArray();
        var rated = items.Select(item => Rated(item, question, labels)).ToArray();
        var complete = rated.Where(item => item.Ratings.Count == ratersWanted).ToArray();
        var (equal, pairs) = (0L, 0L);
        foreach (var item in rated)
        {
            pairs += item.Ratings.Count * (item.Ratings.Count - 1) / 2;
            equal += item.Ratings.CountBy(rating => rating ?? -1).Sum(count => (long)count.Value * (count.Value - 1) / 2);
        }

        return new QuestionAgreement(
            question.Name,
            items.Length,
            RatingFigure.Of(MetricValue.Ratio(equal, pairs, "no item has two ratings")),
            isScale ? "ordinal" : "nominal",
            RatingFigure.Of(KrippendorffAlpha.Of(rated, isScale ? MeasurementLevel.Ordinal : MeasurementLevel.Nominal)),
            complete.Length,
            RatingFigure.Of(ratersWanted < 2 ? MetricValue.Undefined(UndefinedCause.MissingInput, "one rater an item is wanted, and kappa needs two") : FleissKappa.Of(complete)),
            Cohen(question, records, labels, isScale ? KappaWeights.Linear : KappaWeights.None));
    }

    /// <summary>Each rater with how far they repeat themselves.</summary>
    public static IReadOnlyList<RaterConsistency> Consistency(RatingResults results)
    {
        var raters = new List<RaterConsistency>();
        foreach (var own in results.Records.GroupBy(record => record.Rater).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var firsts = own.Where(record => !record.IsRepeat).ToDictionary(record => record.ItemNumber);
            var (answers, equal, repeats, sameSide) = (0, 0, 0, 0);
            foreach (var again in own.Where(record => record.IsRepeat))
            {
                if (!firsts.TryGetValue(again.ItemNumber, out var first))
                {
                    continue; // The first was undone or skipped since.
                }

                repeats++;
                foreach (var question in results.Campaign.Rubric.Questions)
                {
                    answers++;
                    equal += first.Value(question.Name) == again.Value(question.Name) ? 1 : 0;
                }

                sameSide += SideOf(first) is { } side && side == SideOf(again) ? 1 : 0;
            }

            raters.Add(new RaterConsistency(
                own.Key,
                firsts.Count,
                repeats,
                RatingFigure.Of(MetricValue.Ratio(equal, answers, "no item came twice"), answers == 0 ? null : ConfidenceIntervals.Wilson(equal, answers)),
                sameSide,
                Median([.. own.Select(record => (record.RatedAt - record.GivenAt).TotalSeconds).Order()])));
        }

        return raters;
    }

    /// <summary>The answers to a question as classes, in order.</summary>
    public static LabelSet LabelsOf(RatingQuestion question) => new(question.Kind == RatingQuestionKind.Preference
        ? [RatingRecord.First, RatingRecord.Second, RatingQuestion.Tie, RatingQuestion.BothBad]
        : question.Options.Select(option => option.Value));

    private static RatedItem Rated(RatingRecord[] item, RatingQuestion question, LabelSet labels) =>
        new([.. item.Select(record => (double?)labels.PlaceOf(record.Value(question.Name)))]);

    private static bool? SideOf(RatingRecord record) => record.Value(RatingQuestion.Preference) switch
    {
        RatingRecord.First => record.LeftPlace == 0,
        RatingRecord.Second => record.LeftPlace == 1,
        _ => null,
    };

    private static List<RaterPairAgreement> Cohen(RatingQuestion question, IReadOnlyList<RatingRecord> records, LabelSet labels, KappaWeights weights)
    {
        var byRater = records.GroupBy(record => record.Rater).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => (Rater: group.Key, Answers: group.ToDictionary(record => record.ItemNumber, record => record.Value(question.Name)))).ToArray();
        var pairs = new List<RaterPairAgreement>();
        foreach (var (place, one) in byRater.Index())
        {
            foreach (var two in byRater.Skip(place + 1))
            {
                var common = one.Answers.Keys.Where(two.Answers.ContainsKey).Order().ToArray();
                if (common.Length > 0)
                {
                    var kappa = CohenKappa.Of([.. common.Select(item => one.Answers[item])], [.. common.Select(item => two.Answers[item])], weights, labels);
                    pairs.Add(new RaterPairAgreement(one.Rater, two.Rater, common.Length, RatingFigure.Of(kappa)));
                }
            }
        }

        return [.. pairs.OrderByDescending(pair => pair.Items).Take(MostRaterPairs)];
    }

    private static double Median(double[] sorted) => sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
}
