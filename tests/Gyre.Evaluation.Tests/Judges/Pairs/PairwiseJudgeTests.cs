using Gyre.Evaluation.Judges;
using Gyre.Evaluation.Judges.Pairs;
using Gyre.Evaluation.Metrics;
using Microsoft.Extensions.AI;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Judges.Pairs;

public sealed class PairwiseJudgeTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A model that prefers the text with more stars, wherever it stands.</summary>
    internal static string ByStars(IReadOnlyList<ChatMessage> messages)
    {
        var (first, second) = (ScriptedJudge.Section(messages, "first").Count(letter => letter == '*'), ScriptedJudge.Section(messages, "second").Count(letter => letter == '*'));
        return ScriptedJudge.Json(first == second ? "tie" : first > second ? "first" : "second");
    }

    [Theory]
    [InlineData("***", "*", PairPreference.First)]
    [InlineData("*", "**", PairPreference.Second)]
    [InlineData("*a", "*b", PairPreference.Tie)]
    public async Task The_better_answer_wins_from_both_places(string first, string second, PairPreference preference)
    {
        using var client = new ScriptedJudge(ByStars);
        var verdict = await new PairwiseJudge(new JudgeModel(client)).CompareAsync(JudgeRows.Row(), first, second, Token);
        (verdict.Preference, verdict.InOrder, verdict.Swapped, verdict.IsContradictory).ShouldBe((preference, preference, preference, false));
        client.Calls.Select(call => ScriptedJudge.Section(call.Messages, "first")).ShouldBe([first, second]);
    }

    [Theory]
    [InlineData("first", PairPreference.First, PairPreference.Second)]
    [InlineData("second", PairPreference.Second, PairPreference.First)]
    public async Task A_verdict_that_follows_the_place_is_a_tie_and_recorded(string place, PairPreference inOrder, PairPreference swapped)
    {
        using var client = new ScriptedJudge(ScriptedJudge.Json(place, "it shines"));
        var verdict = await new PairwiseJudge(new JudgeModel(client)).CompareAsync(JudgeRows.Row(), "a", "b", Token);
        (verdict.Preference, verdict.InOrder, verdict.Swapped, verdict.IsContradictory, verdict.Value).ShouldBe((PairPreference.Tie, inOrder, swapped, true, 0.5));
        verdict.Reason.ShouldBe("the verdict changed with the order: it shines | it shines");
    }

    [Fact]
    public async Task Equal_answers_are_a_tie_without_a_call()
    {
        using var client = new ScriptedJudge("?");
        (await new PairwiseJudge(new JudgeModel(client)).CompareAsync(JudgeRows.Row(), "a", "a", Token)).Preference.ShouldBe(PairPreference.Tie);
        client.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_the_swap_one_call_decides_and_ties_can_be_ruled_out()
    {
        using var client = new ScriptedJudge(ScriptedJudge.Json("tie"), ScriptedJudge.Json("second"));
        var verdict = await new PairwiseJudge(new JudgeModel(client), new PairwiseOptions { SwapsPositions = false, AllowsTie = false }).CompareAsync(JudgeRows.Row(), "a", "b", Token);
        (verdict.Preference, verdict.Swapped).ShouldBe((PairPreference.Second, null));
        client.Calls.Count.ShouldBe(2); // The tie was no reply that could be read.
    }

    [Fact]
    public async Task Labelled_pairs_show_the_reference_and_need_one()
    {
        using var client = new ScriptedJudge(messages => ScriptedJudge.Json(ScriptedJudge.Section(messages, "first") == ScriptedJudge.Section(messages, "reference") ? "first" : "second"));
        var judge = new PairwiseJudge(new JudgeModel(client), new PairwiseOptions { UsesReference = true });
        judge.Name.ShouldBe("pairwise-better-reference");
        (await judge.CompareAsync(JudgeRows.Row(), "Down.", "Away from the ground.", Token)).Preference.ShouldBe(PairPreference.Second);
        (await judge.CompareAsync(JudgeRows.Row(reference: ""), "a", "b", Token)).Undefined!.Cause.ShouldBe(UndefinedCause.NoReference);
    }

    [Fact]
    public async Task An_unreadable_half_leaves_no_verdict()
    {
        using var client = new ScriptedJudge(ScriptedJudge.Json("first"), "?");
        var verdict = await new PairwiseJudge(new JudgeModel(client)).CompareAsync(JudgeRows.Row(), "a", "b", Token);
        (verdict.Preference, verdict.InOrder, verdict.Value).ShouldBe((null, PairPreference.First, null));
        verdict.Undefined!.Cause.ShouldBe(UndefinedCause.UnreadableReply);
    }

    [Fact]
    public async Task A_jury_needs_a_majority_and_everything_else_is_a_tie()
    {
        static PairwiseJudge Member(string side) => new(
            new JudgeModel(new ScriptedJudge(messages => side == "?" ? side : ScriptedJudge.Json(ScriptedJudge.Section(messages, "first") == side ? "first" : "second"), side)));

        async Task<PairVerdict> Ask(params string[] sides) => await new PairJury("jury", [.. sides.Select(Member)]).CompareAsync(JudgeRows.Row(), "a", "b", Token);
        (await Ask("a", "b", "a")).Preference.ShouldBe(PairPreference.First);
        (await Ask("a", "b", "?")).Preference.ShouldBe(PairPreference.Tie);
        (await Ask("a", "?", "?")).Undefined!.Detail.ShouldStartWith("2 of 3 members have no verdict");
        new PairJury("jury", [Member("a"), Member("b"), Member("a")]).Models.ShouldBe(["a", "b"]);
    }

    [Fact]
    public async Task As_a_scorer_the_mean_is_the_win_rate()
    {
        using var client = new ScriptedJudge(ByStars);
        var scorer = PairwiseScorer.AgainstReference(new PairwiseJudge(new JudgeModel(client)));
        scorer.Name.ShouldBe("pairwise-better-than-reference");
        (await scorer.ScoreAsync(JudgeRows.Row(reference: "**"), "***", Token)).Value.ShouldBe(1);
        (await scorer.ScoreAsync(JudgeRows.Row(reference: "**"), "* *", Token)).Value.ShouldBe(0.5);
        (await scorer.ScoreAsync(JudgeRows.Row(reference: "**"), "*", Token)).Value.ShouldBe(0);
        (await scorer.ScoreAsync(JudgeRows.Row(reference: ""), "*", Token)).Result.Reason!.Cause.ShouldBe(UndefinedCause.MissingInput);
    }
}
