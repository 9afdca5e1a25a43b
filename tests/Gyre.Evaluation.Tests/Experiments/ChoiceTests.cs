using Gyre.Contracts;
using Gyre.Evaluation.Datasets;
using Gyre.Evaluation.Experiments;
using Gyre.Evaluation.Reports;
using Gyre.Evaluation.Scorers;
using Gyre.Evaluation.Statistics;

namespace Gyre.Evaluation.Tests.Experiments;

public class ChoiceTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_best_is_chosen_when_it_is_told_apart_from_all_others()
    {
        var (choice, headline) = await ChooseAsync(null, Right("base", 0.4), Right("better", 0.9), Right("middle", 0.6));
        (choice.Chosen, choice.Ground).ShouldBe(("better", ChoiceGround.Best));
        headline.ShouldStartWith("Decision: 'better', by 'exact-match' 90.0 %");
        headline.ShouldContain("+50.0 pp against 'base', better than every other that may be chosen.");
    }

    [Fact]
    public async Task Of_those_that_are_alike_the_cheapest_is_chosen()
    {
        var (choice, headline) = await ChooseAsync(null, Right("base", 0.2), Right("dear", 0.90, 4), Right("cheap", 0.89, 1));
        (choice.Chosen, choice.Ground).ShouldBe(("cheap", ChoiceGround.CheapestOfAlike));
        choice.Alike.ShouldBe(["dear"]);
        headline.ShouldContain("the cheapest of those not shown to be worse than the best; not told apart from the best: 'dear'.");
        (await ChooseAsync(null, Right("base", 0.2), Right("a", 0.9, null), Right("b", 0.89, 1))).Choice.ShouldSatisfyAllConditions(
            unpriced => unpriced.Chosen.ShouldBe("a"), unpriced => unpriced.Ground.ShouldBe(ChoiceGround.BestByValue));
    }

    [Fact]
    public async Task The_baseline_stays_when_none_is_shown_to_be_better()
    {
        var (choice, headline) = await ChooseAsync(null, Right("base", 0.5, 9), Right("same", 0.51, 1));
        (choice.Chosen, choice.Ground).ShouldBe(("base", ChoiceGround.BaselineStays));
        headline.ShouldContain("the baseline stays");
        (await ChooseAsync(null, Right("base", 0.9), Right("worse", 0.3))).Choice.Ground.ShouldBe(ChoiceGround.BaselineStays);
    }

    [Fact]
    public async Task Who_misses_a_demand_or_failed_is_left_out_with_the_reason()
    {
        var failing = new ScriptedCandidate("failing", row => row.Id == "3" ? throw new InvalidOperationException("away") : row.Reference);
        var (choice, headline) = await ChooseAsync(0.3, Right("base", 0.1), Right("better", 0.8), failing);
        choice.Chosen.ShouldBe("better");
        choice.Excluded.ShouldBe([new ChoiceExclusion("base", "it misses the demand on exact-match"), new ChoiceExclusion("failing", "1 of its calls failed")]);
        headline.ShouldContain("the only one that may be chosen; left out: 'base' (it misses the demand on exact-match) and 'failing' (1 of its calls failed).");
        var none = await ChooseAsync(0.99, Right("base", 0.1), Right("other", 0.2));
        (none.Choice.Chosen, none.Choice.Ground).ShouldBe((null, ChoiceGround.NoneMayBeChosen));
        none.Headline.ShouldStartWith("Decision: none may be chosen by 'exact-match'");
    }

    [Fact]
    public async Task Reports_say_how_many_rows_a_difference_that_matters_needs()
    {
        var plan = Plan(null, Right("base", 0.5), Right("same", 0.51));
        plan = plan with { DecidesBy = null, Scorers = [plan.Scorers[0] with { Effect = 0.005 }] };
        var result = await new ExperimentRun(plan).RunAsync(cancellationToken: Token);

        var difference = result.Comparisons.Single();
        var pairs = result.Metrics[0].PairsFor(difference).ShouldNotBeNull();
        var deviation = Math.Abs(difference.Comparison.Difference.Number / difference.Comparison.EffectSize!.Value);
        ((double)pairs).ShouldBe(SampleSizes.PairsFor(0.005, deviation), 2);
        Decision.Of(new ReportView(result)).Candidates[0].ToString().ShouldContain($", one of 0.5 pp needs {pairs:#,0} rows)");
    }

    [Fact]
    public async Task A_metric_that_is_not_planned_cannot_decide()
    {
        var plan = Plan(null, Right("a", 1)) with { DecidesBy = ("bleu", null) };
        (await Should.ThrowAsync<EvaluationException>(() => new ExperimentRun(plan).RunAsync(cancellationToken: Token))).Message.ShouldContain("the decision is by 'bleu'");
    }

    private static async Task<(ExperimentChoice Choice, string Headline)> ChooseAsync(double? threshold, params ICandidate[] candidates)
    {
        var result = await new ExperimentRun(Plan(threshold, candidates)).RunAsync(cancellationToken: Token);
        using var file = new MemoryStream();
        ResultFile.Write(file, result);
        file.Position = 0;
        var read = ResultFile.Read(file, "result").Choice.ShouldNotBeNull();
        (read.Chosen, read.Ground).ShouldBe((result.Choice!.Chosen, result.Choice.Ground));
        read.Alike.ShouldBe(result.Choice.Alike);
        read.Excluded.ShouldBe(result.Choice.Excluded);
        return (read, Decision.Of(new ReportView(result)).Headline.ToString());
    }

    private static ExperimentPlan Plan(double? threshold, params ICandidate[] candidates) => new()
    {
        Name = "choice",
        Dataset = new RowDataset("rows", [.. Enumerable.Range(0, 200).Select(i => new DatasetRow($"{i}", "t", $"question {i}", $"right {i}", new Dictionary<string, string>(), "", ""))], "test"),
        Candidates = candidates,
        Scorers = [new ScorerPlan(new ExactMatchScorer()) { Threshold = threshold }],
        DecidesBy = ("exact-match", null),
        Comparison = new ComparisonOptions { Resamples = 500, Seed = 3 },
    };

    /// <summary>Right on a fixed share of the rows; equal shares are right on equal rows.</summary>
    private static ScriptedCandidate Right(string name, double share, int? price = 1) =>
        new(name, row => int.Parse(row.Id, null) * 37 % 200 < share * 200 ? row.Reference : "wrong") { PricePerMillion = price is { } cost ? (cost, cost) : null };
}
