using Gyre.Evaluation.Judges;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Judges;

public sealed class RubricJudgeTests
{
    [Fact]
    public async Task The_levels_are_described_and_the_chosen_one_is_the_score()
    {
        using var client = new ScriptedJudge("""{"reason": "a gap", "verdict": 4}""");
        var judge = new RubricJudge(new JudgeModel(client), Rubric.Quality);
        var score = await judge.ScoreAsync(JudgeRows.Row(), "Up.", TestContext.Current.CancellationToken);
        (score.Value, score.Reason).ShouldBe((4, "a gap"));
        (judge.Form.Least, judge.Form.Greatest).ShouldBe((1, 5));
        client.Calls.Single().Messages[1].Text.ShouldContain("5: right, complete and clear");
    }

    [Fact]
    public void A_rubric_without_levels_is_refused() => Should.Throw<ArgumentException>(() => new Rubric("x", "How?", "good", " ")).Message.ShouldContain("found 1 levels with a description; expected 2 to 10");
}
