using Gyre.Evaluation.Judges;
using Gyre.Evaluation.Statistics;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Judges;

public sealed class AuditedJudgeTests
{
    private static readonly ComparisonOptions Options = new() { Resamples = 500, Seed = 9, Threads = 1 };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_judge_that_likes_length_is_held_against_people_who_do_not()
    {
        using var client = new ScriptedJudge(messages => ScriptedJudge.Json(ScriptedJudge.Section(messages, "answer").Length > 30 ? "yes" : "no"));
        var judge = new AuditedJudge(new CriterionJudge(new JudgeModel(client), Criteria.Find("helpfulness")!), "people");
        for (var i = 0; i < 60; i++)
        {
            var said = i == 59 ? "perhaps" : i % 2 == 0 ? "Yes" : "no";
            (await judge.ScoreAsync(JudgeRows.Row(facts: ("people", said)), new string('x', i + 1), Token)).Value.ShouldBe(i >= 30 ? 1 : 0);
        }

        var audit = judge.Audit(Options, Token);
        audit.LengthCorrelation.Number.ShouldBeGreaterThan(0.6);
        audit.LengthInterval!.Low.ShouldBeGreaterThan(0.4);
        audit.PeopleLengthCorrelation!.Value.Number.ShouldBeInRange(-0.2, 0.2);
        (audit.People!.Items, audit.People.Missing).ShouldBe((59L, 1L));
        audit.People.Kappa.Number.ShouldBeInRange(-0.15, 0.15);
    }

    [Fact]
    public async Task Levels_are_compared_by_their_distance_and_the_order_of_verdicts_does_not_matter()
    {
        async Task<JudgeAudit> AuditAsync(IEnumerable<int> order)
        {
            using var client = new ScriptedJudge(messages => ScriptedJudge.Json($"{Math.Min(5, ScriptedJudge.Section(messages, "answer").Length)}"));
            var judge = new AuditedJudge(new RubricJudge(new JudgeModel(client), Rubric.Quality), "stars");
            foreach (var length in order)
            {
                await judge.ScoreAsync(JudgeRows.Row(facts: ("stars", $"{Math.Max(1, length - 1)}")), new string('x', length), Token);
            }

            return judge.Audit(Options, Token);
        }

        var audit = await AuditAsync([1, 2, 3, 4, 5, 5, 4, 1, 2]);
        audit.People!.Kappa.Number.ShouldBeInRange(0.6, 0.95);
        (await AuditAsync([5, 4, 5, 2, 3, 1, 2, 1, 4])).ShouldBe(audit);
    }

    [Fact]
    public async Task Without_a_column_of_people_nothing_is_said_about_them()
    {
        using var client = new ScriptedJudge(ScriptedJudge.Json("yes"));
        var judge = new AuditedJudge(new CriterionJudge(new JudgeModel(client), Criteria.Find("depth")!));
        await judge.ScoreAsync(JudgeRows.Row(), "x", Token);
        var audit = judge.Audit(Options, Token);
        (audit.People, audit.LengthInterval, audit.LengthCorrelation.IsDefined).ShouldBe((null, null, false));
    }
}
