using Gyre.Evaluation.Judges;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Scorers;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Judges;

public sealed class JuryTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(JuryRule.Majority, 5, 2.0 / 3, 5, 5, 2)]
    [InlineData(JuryRule.Mean, 4, 2.0 / 3, 5, 5, 2)]
    [InlineData(JuryRule.Majority, 4, 0, 4, 4, 4)]
    [InlineData(JuryRule.Majority, 3, 1, 1, 3, 5)]
    public async Task Values_become_one_by_the_rule_and_disagreement_is_told(JuryRule rule, double value, double disagreement, params int[] levels)
    {
        var verdict = await JuryOf(rule, [.. levels.Select(level => $"{level}")]).JudgeAsync(JudgeRows.Row(), "Up.", Token);
        verdict.Score.Value.ShouldBe(value);
        verdict.Disagreement!.Value.ShouldBe(disagreement, 1e-12);
        verdict.Members.Select(score => score.Value).ShouldBe(levels.Select(level => (double?)level));
        verdict.Score.Reason.ShouldStartWith(disagreement == 0 ? "members agree" : "members disagree");
    }

    [Fact]
    public async Task More_than_half_must_have_a_verdict()
    {
        var two = await JuryOf(JuryRule.Majority, "5", "?", "5").JudgeAsync(JudgeRows.Row(), "Up.", Token);
        two.Score.Value.ShouldBe(5);
        var one = await JuryOf(JuryRule.Majority, "5", "?", "?").JudgeAsync(JudgeRows.Row(), "Up.", Token);
        one.Score.Result.Reason!.Cause.ShouldBe(UndefinedCause.UnreadableReply);
        one.Score.Reason.ShouldStartWith("2 of 3 members have no verdict");
    }

    [Fact]
    public void Members_that_measure_different_things_are_refused()
    {
        var judge = new JudgeModel(new ScriptedJudge("x"));
        Should.Throw<ArgumentException>(() => new Jury("j", [new RubricJudge(judge, Rubric.Quality), new ExactMatchScorer()])).Message.ShouldContain("'exact-match' measures something else");
    }

    private static Jury JuryOf(JuryRule rule, params string[] levels) =>
        new("jury", [.. levels.Select((level, i) => new RubricJudge(new JudgeModel(new ScriptedJudge($$"""{"reason": "r{{i}}", "verdict": "{{level}}"}""")), Rubric.Quality))], rule);
}
