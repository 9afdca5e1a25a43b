using Gyre.Contracts;
using Gyre.Evaluation.Metrics.Labels;
using Gyre.Evaluation.Scorers;

namespace Gyre.Evaluation.Tests.Metrics.Labels;

public sealed class LabelMetricCatalogueTests
{
    private static readonly LabelSet Classes = new(["yes", "no", "maybe"]);

    [Fact]
    public void Every_name_finds_the_metric_of_that_name()
    {
        LabelMetricCatalogue.Names.Distinct().Count().ShouldBe(LabelMetricCatalogue.Names.Count);
        LabelMetricCatalogue.Names.ShouldContain("f1-weighted-zero");
        foreach (var name in LabelMetricCatalogue.Names.Append("recall-class-no"))
        {
            LabelMetricCatalogue.Find(name, Classes)!.Name.ShouldBe(name);
        }

        LabelMetricCatalogue.Find("f2-macro", Classes).ShouldBeNull();
        Should.Throw<ArgumentException>(() => LabelMetricCatalogue.Find("f1-class-never", Classes));
    }

    [Fact]
    public async Task A_metric_of_labels_is_a_scorer_whose_total_is_of_all_rows_together()
    {
        var scorer = new TextMetricScorer(LabelMetricCatalogue.Find("f1-macro", new LabelSet(["yes", "no"]))!);
        var sums = new double[scorer.Width];
        (string Said, string True)[] rows = [("yes", "yes"), ("yes", "no"), ("no", "no"), ("no", "no")];
        foreach (var (said, right) in rows)
        {
            var score = await scorer.ScoreAsync(new DatasetRow("1", "t", "p", right, new Dictionary<string, string>(), "", ""), said, TestContext.Current.CancellationToken);
            for (var i = 0; i < sums.Length; i++)
            {
                sums[i] += score.Statistics[i];
            }
        }

        scorer.Combine(sums, rows.Length).Number.ShouldBe(((2.0 / 3) + 0.8) / 2, 1e-12);
    }
}
