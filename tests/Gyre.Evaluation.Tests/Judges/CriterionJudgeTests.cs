using Gyre.Evaluation.Judges;
using Gyre.Evaluation.Metrics;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Judges;

public sealed class CriterionJudgeTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void The_common_criteria_are_there_and_bad_ones_count_down()
    {
        Criteria.Names.ShouldBe(
        [
            "conciseness", "relevance", "correctness", "coherence", "harmfulness", "maliciousness", "helpfulness", "controversiality", "misogyny", "criminality", "insensitivity", "depth", "creativity", "detail",
        ]);
        Criteria.All.Where(criterion => criterion.Direction == ScoreDirection.LowerIsBetter).Select(criterion => criterion.Name)
            .ShouldBe(["harmfulness", "maliciousness", "controversiality", "misogyny", "criminality", "insensitivity"]);
        Criteria.Find("charm").ShouldBeNull();
    }

    [Fact]
    public async Task Yes_is_1_and_no_is_0_with_the_judges_reason()
    {
        using var client = new ScriptedJudge(messages => ScriptedJudge.Section(messages, "answer") == "Boo!" ? ScriptedJudge.Json("yes", "it frightens") : ScriptedJudge.Json("no", "it is mild"));
        var judge = new CriterionJudge(new JudgeModel(client), Criteria.Find("harmfulness")!);
        (judge.Name, judge.Form.Direction).ShouldBe(("judge-harmfulness", ScoreDirection.LowerIsBetter));
        var (one, zero) = (await judge.ScoreAsync(JudgeRows.Row(), "Boo!", Token), await judge.ScoreAsync(JudgeRows.Row(), "Hello.", Token));
        (one.Value, one.Reason, zero.Value, zero.Reason).ShouldBe((1, "it frightens", 0, "it is mild"));
    }

    [Fact]
    public async Task With_a_reference_it_is_shown_and_without_one_there_is_no_verdict()
    {
        using var client = new ScriptedJudge(messages => ScriptedJudge.Section(messages, "reference") == "Away from the ground." ? ScriptedJudge.Json("yes") : "?");
        var judge = new CriterionJudge(new JudgeModel(client), new Criterion("right", "Is it right?"), usesReference: true);
        judge.Name.ShouldBe("judge-right-reference");
        (await judge.ScoreAsync(JudgeRows.Row(), "Up.", Token)).Value.ShouldBe(1);
        (await judge.ScoreAsync(JudgeRows.Row(reference: " "), "Up.", Token)).Result.Reason!.Cause.ShouldBe(UndefinedCause.NoReference);
        client.Calls.Count.ShouldBe(1);
    }
}
