using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Metrics.Rankings;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Metrics.Rankings;

public sealed class RankingMetricsTests
{
    // The worked example of Järvelin and Kekäläinen's measure that Wikipedia's "Discounted cumulative gain" gives: grades 3, 2, 3, 0, 1, 2.
    [Fact]
    public void The_gain_of_the_worked_example()
    {
        var sample = Graded([3, 2, 3, 0, 1, 2]);
        DiscountedGain.Plain(ranks: 6).Of(sample).Number.ShouldBe(6.861, 5e-4);
        DiscountedGain.Normalised(ranks: 6).Of(Graded([3, 2, 3, 0, 1, 2], notFound: [3, 2])).Number.ShouldBe(0.785, 5e-4);

        // Exponential: Σ (2^grade − 1) / log2(rank + 1), by hand.
        var exponential = 7 + (3 / Math.Log2(3)) + (7 / 2.0) + (1 / Math.Log2(6)) + (3 / Math.Log2(7));
        DiscountedGain.Plain(GradeGain.Exponential).Of(sample).Number.ShouldBe(exponential, 1e-12);
        DiscountedGain.Normalised(GradeGain.Exponential, 10).Name.ShouldBe("ndcg-exp@10");
    }

    [Fact]
    public void A_perfect_ranking_is_one_by_every_measure()
    {
        var sample = Graded([3, 2, 1]);
        IMetric<RankedSample>[] metrics =
        [
            DiscountedGain.Normalised(), DiscountedGain.Normalised(GradeGain.Exponential, 2), RankingMetrics.AveragePrecision, RankingMetrics.ReciprocalRank,
            RankingMetrics.RPrecision, RankingMetrics.BinaryPreference, RankingMetrics.RecallAt(3), RankingMetrics.PrecisionAt(3), RankingMetrics.HitAt(1),
            RankingMetrics.ElevenPoints, RankingMetrics.SetF1, RankingMetrics.GeometricAveragePrecision,
        ];
        foreach (var metric in metrics)
        {
            metric.Of(sample).Number.ShouldBe(1, 1e-12, metric.Name);
        }
    }

    [Fact]
    public void Equal_scores_stand_in_the_order_of_trec_eval()
    {
        Dictionary<string, double> scores = new() { ["a"] = 1, ["c"] = 1.00000001, ["b"] = 1 };
        RankingMetrics.ReciprocalRank.Of(RankedSample.FromScores(scores, new Dictionary<string, int> { ["c"] = 1 })).ShouldBe(MetricValue.Of(1));
        RankingMetrics.ReciprocalRank.Of(RankedSample.FromScores(scores, new Dictionary<string, int> { ["a"] = 1 })).ShouldBe(MetricValue.Of(1 / 3.0));
    }

    [Fact]
    public void A_query_without_relevant_documents_is_undefined_and_an_empty_ranking_is_nothing_worth()
    {
        RankingMetrics.AveragePrecision.Of(Graded([0, 0])).Reason!.Cause.ShouldBe(UndefinedCause.NoReference);
        DiscountedGain.Normalised().Of(Graded([0])).Reason!.Cause.ShouldBe(UndefinedCause.NoReference);
        var nothing = new RankedSample([], new Dictionary<string, int> { ["a"] = 1 });
        RankingMetrics.SetPrecision.Of(nothing).ShouldBe(MetricValue.Of(0));
        DiscountedGain.Normalised().Of(nothing).ShouldBe(MetricValue.Of(0));
    }

    [Fact]
    public void Bad_rankings_are_refused_with_the_document()
    {
        Should.Throw<ArgumentException>(() => new RankedSample(["a", "b", "a"], new Dictionary<string, int>())).Message.ShouldContain("'a' stands at rank 3");
        Should.Throw<ArgumentException>(() => new RankedSample([], new Dictionary<string, int> { ["x"] = 5000 })).Message.ShouldContain("grade 5000");
        Should.Throw<ArgumentException>(() => RankedSample.FromScores([new("n", double.NaN)], new Dictionary<string, int>())).Message.ShouldContain("'n'");
        Should.Throw<ArgumentOutOfRangeException>(() => RankingMetrics.PrecisionAt(0));
        Should.Throw<ArgumentOutOfRangeException>(() => DiscountedGain.Normalised(ranks: 0));
    }

    private static RankedSample Graded(int[] grades, params int[] notFound)
    {
        var relevance = new Dictionary<string, int>();
        for (var i = 0; i < grades.Length + notFound.Length; i++)
        {
            relevance[$"d{i}"] = i < grades.Length ? grades[i] : notFound[i - grades.Length];
        }

        return new RankedSample([.. Enumerable.Range(0, grades.Length).Select(i => $"d{i}")], relevance);
    }
}
