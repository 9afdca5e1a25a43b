using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Reports;
using Gyre.Evaluation.Tests.Experiments;

namespace Gyre.Evaluation.Tests.Reports;

public class DecisionTests
{
    [Fact]
    public async Task It_says_what_is_better_by_how_much_how_sure_and_what_it_costs()
    {
        var result = await SampleExperiment.RunAsync(
            SampleExperiment.Rows(240), null, SampleExperiment.Candidate("default", 0.5, (1m, 1m)), new ScriptedCandidate("good", row => row.Reference) { PricePerMillion = (2m, 2m) });
        var view = new ReportView(result);
        var row = view.Rows(result.Metrics[0])[1];

        var decision = Decision.Of(view);

        var amount = MetricText.Size(MetricUnit.Share, row.Difference!.Comparison.Difference.Number);
        decision.Candidates.ShouldHaveSingleItem().ToString().ShouldContain($"better on 'exact-match' by {amount} (95 % interval {MetricText.DifferenceRange(MetricUnit.Share, row.Difference.Comparison.Interval!)}, p = {MetricText.Probability(row.Difference.AdjustedPValue!.Value)}");
        decision.Candidates[0].ToString().ShouldContain("no comparison on 'refused' (no sample has a value for both candidates)");
        decision.Candidates[0].ToString().ShouldContain("A thousand answers cost");
        decision.Candidates[0].ToString().ShouldContain("The median call takes");
    }

    [Fact]
    public async Task A_gain_without_a_loss_is_the_headline()
    {
        var result = await SampleExperiment.RunAsync(SampleExperiment.Rows(120), null, new ScriptedCandidate("bad", _ => new string('x', 4000)), new ScriptedCandidate("good", row => row.Reference));
        Decision.Of(new ReportView(result)).Headline.ToString().ShouldStartWith("'good' is better than 'bad' on 'exact-match' by 100.0 pp (95 % interval +100.0 to +100.0 pp, p = 0.0");
    }

    [Fact]
    public async Task A_gain_with_a_loss_is_no_win()
    {
        // Right and long against wrong and short.
        var result = await SampleExperiment.RunAsync(SampleExperiment.Rows(120), null, new ScriptedCandidate("short", _ => "x"), new ScriptedCandidate("right", row => row.Reference));
        var decision = Decision.Of(new ReportView(result));
        decision.Headline.ToString().ShouldBe("No candidate is better than 'short' without a loss: 'right' gains on some metrics and loses on others.");
        decision.Candidates[0].ToString().ShouldContain("worse on 'length' by ");
        decision.Candidates[0].ToString().ShouldContain("parts of the rows it is worse: ");
    }

    [Fact]
    public async Task Equal_candidates_show_no_difference_and_none_is_claimed()
    {
        var result = await SampleExperiment.RunAsync(SampleExperiment.Rows(60), null, new ScriptedCandidate("a", row => row.Reference), new ScriptedCandidate("b", row => row.Reference));
        Decision.Of(new ReportView(result)).Headline.ToString().ShouldStartWith("No difference from 'a' was shown. That is not proof that there is none");
    }

    [Fact]
    public async Task What_is_only_worse_is_said_so_and_demands_that_do_not_hold_are_named()
    {
        var result = await SampleExperiment.RunAsync(SampleExperiment.Rows(60), null, new ScriptedCandidate("a", row => row.Reference), new ScriptedCandidate("b", _ => new string('x', 4000)));
        var decision = Decision.Of(new ReportView(result));
        decision.Headline.ToString().ShouldBe("No candidate is better than 'a'; 'b' is worse.");
        decision.Demands.Count.ShouldBe(2);
        decision.Demands[0].ToString().ShouldStartWith("'b': 'exact-match worse by at most 2.0 pp' does not hold: the difference is −100.0 pp, p = ");
        decision.Demands[1].ToString().ShouldBe("'b': 'exact-match ≥ 60.0 %' does not hold: found 0.0 %.");
    }

    [Fact]
    public async Task One_candidate_alone_is_told_with_its_values()
    {
        var result = await SampleExperiment.RunAsync(SampleExperiment.Rows(60), null, new ScriptedCandidate("a", row => row.Reference));
        Decision.Of(new ReportView(result)).Headline.ToString().ShouldStartWith("'a' was measured alone: 'exact-match' 100.0 % (95 % interval 94.0 to 100.0 %), 'length' ");
    }
}
