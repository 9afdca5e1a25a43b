using Gyre.Evaluation.Judges;
using Gyre.Evaluation.Judges.Pairs;
using Microsoft.Extensions.AI;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Judges.Pairs;

public sealed class BestOfJudgeTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_best_is_found_from_every_place()
    {
        string[] answers = ["*", "****", "**", "***", "**"];
        using var client = new ScriptedJudge(messages => ScriptedJudge.Json($"{Enumerable.Range(1, 4).MaxBy(number => Stars(messages, $"answer{number}"))}"));
        var verdict = await new BestOfJudge(new JudgeModel(client)).ChooseAsync(JudgeRows.Row(), answers, Token);
        verdict.Best.ShouldBe([1]);
        (verdict.Forward, verdict.Backward).ShouldBe((1, 1));
        client.Calls.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Nominees_of_the_two_orders_meet_as_a_pair()
    {
        using var client = new ScriptedJudge(messages => messages[1].Text.Contains("<first>", StringComparison.Ordinal) ? PairwiseJudgeTests.ByStars(messages) : ScriptedJudge.Json("1"));
        var verdict = await new BestOfJudge(new JudgeModel(client)).ChooseAsync(JudgeRows.Row(), ["*", "****", "**"], Token);
        (verdict.Forward, verdict.Backward).ShouldBe((0, 2));
        verdict.Best.ShouldBe([2]);
        var tie = await new BestOfJudge(new JudgeModel(client)).ChooseAsync(JudgeRows.Row(), ["*a", "****", "*b"], Token);
        tie.Best.ShouldBe([0, 2]);
    }

    [Fact]
    public async Task One_answer_and_equal_answers_need_no_judge()
    {
        using var client = new ScriptedJudge("?");
        var judge = new BestOfJudge(new JudgeModel(client));
        (await judge.ChooseAsync(JudgeRows.Row(), ["a"], Token)).Best.ShouldBe([0]);
        (await judge.ChooseAsync(JudgeRows.Row(), ["a", "a"], Token)).Best.ShouldBe([0]);
        client.Calls.ShouldBeEmpty();
        (await judge.ChooseAsync(JudgeRows.Row(), ["a", "b"], Token)).Undefined.ShouldNotBeNull();
    }

    private static int Stars(IReadOnlyList<ChatMessage> messages, string tag) => ScriptedJudge.Section(messages, tag).Count(letter => letter == '*');
}
