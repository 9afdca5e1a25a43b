using Gyre.Evaluation.Judges;
using Gyre.Evaluation.Metrics;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Judges;

public sealed class ConstitutionJudgeTests
{
    private static readonly Principle[] Principles = [new("honest", "Be honest."), new("kind", "Be kind."), new("brief", "Be brief."), new("calm", "Be calm.")];

    [Fact]
    public async Task The_score_is_the_share_that_is_kept_and_violations_are_named()
    {
        using var client = new ScriptedJudge(messages => messages[1].Text.Contains("Be kind.", StringComparison.Ordinal) ? ScriptedJudge.Json("yes", "it mocks") : ScriptedJudge.Json("no"));
        var score = await new ConstitutionJudge(new JudgeModel(client), Principles).ScoreAsync(JudgeRows.Row(), "Ha!", TestContext.Current.CancellationToken);
        (score.Value, score.Reason).ShouldBe((0.75, "kind: it mocks"));
        client.Calls.Count.ShouldBe(4);
    }

    [Fact]
    public async Task A_missing_verdict_leaves_no_score()
    {
        using var client = new ScriptedJudge(messages => messages[1].Text.Contains("Be brief.", StringComparison.Ordinal) ? "?" : ScriptedJudge.Json("no"));
        var score = await new ConstitutionJudge(new JudgeModel(client), Principles).ScoreAsync(JudgeRows.Row(), "Ha!", TestContext.Current.CancellationToken);
        score.Result.Reason!.Cause.ShouldBe(UndefinedCause.UnreadableReply);
        score.Reason.ShouldStartWith("the principle 'brief' has no verdict");
    }

    [Fact]
    public void Principles_of_one_name_are_refused() => Should.Throw<ArgumentException>(() => new ConstitutionJudge(new JudgeModel(new ScriptedJudge("x")), [Principles[0], Principles[0]]));
}
