using Gyre.Contracts;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Scorers;

namespace Gyre.Evaluation.Tests.Scorers;

public sealed class ScorerCatalogueTests
{
    [Fact]
    public void No_name_means_two_things()
    {
        ScorerCatalogue.Names.Count.ShouldBe(ScorerCatalogue.Names.Distinct(StringComparer.Ordinal).Count());
        MetricCatalogue.Names.ShouldAllBe(name => ScorerCatalogue.Find(name) is TextMetricScorer, "a metric of texts that recipes name is the metric, not another scorer of the same name");
    }

    [Fact]
    public async Task A_metric_of_texts_is_compared_with_all_references_of_the_row()
    {
        var scorer = ScorerCatalogue.Find("exact-match-verbatim")!;
        var row = new DatasetRow("1", "answer", "p", "red", new Dictionary<string, string> { ["reference.2"] = "crimson", ["level"] = "scarlet" }, "", "");
        (await scorer.ScoreAsync(row, "crimson", TestContext.Current.CancellationToken)).Value.ShouldBe(1);
        (await scorer.ScoreAsync(row, "scarlet", TestContext.Current.CancellationToken)).Value.ShouldBe(0);
        (await scorer.ScoreAsync(row with { Reference = "", Facts = new Dictionary<string, string>() }, "x", TestContext.Current.CancellationToken)).Result.Reason!.Cause.ShouldBe(UndefinedCause.NoReference);
    }
}
