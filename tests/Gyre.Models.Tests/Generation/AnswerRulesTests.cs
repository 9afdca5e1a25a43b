using Gyre.Models.Generation;

namespace Gyre.Models.Tests.Generation;

public sealed class AnswerRulesTests
{
    private const int Start = 0;
    private const int End = 1;

    [Fact]
    public void A_token_that_followed_the_same_tokens_before_is_forbidden() =>
        Forbidden(new AnswerRules { NoRepeatNgramSize = 3 }, [Start, 4, 5, 6, 4, 5]).ShouldBe([6]);

    [Fact]
    public void The_start_token_counts_among_repeats() =>
        Forbidden(new AnswerRules { NoRepeatNgramSize = 2 }, [Start, 4, Start]).ShouldBe([4]);

    [Fact]
    public void Bad_words_of_one_token_are_always_forbidden_and_longer_ones_where_they_would_be_completed()
    {
        var rules = new AnswerRules { BadWords = [[3], [5, 6], [End]] };
        Forbidden(rules, [Start, 5]).ShouldBe([3, 6]);
        Forbidden(rules, [Start, 6]).ShouldBe([3]);
    }

    [Fact]
    public void No_answer_ends_before_its_least_length()
    {
        var rules = new AnswerRules { MinTokens = 2 };
        Forbidden(rules, [Start]).ShouldBe([End]);
        Forbidden(rules, [Start, 4]).ShouldBe([End]);
        Forbidden(rules, [Start, 4, 4]).ShouldBeEmpty();
    }

    [Fact]
    public void Forced_tokens_leave_no_other_choice_at_the_beginning_and_at_the_limit()
    {
        var rules = new AnswerRules { ForcedBeginId = 7, ForcedEndIds = [End] };
        Forbidden(rules, [Start]).ShouldBe([0, 1, 2, 3, 4, 5, 6]);
        Forbidden(rules, [Start, 7]).ShouldBeEmpty();
        Forbidden(rules, [Start, 7, 3, 3, 3]).ShouldBe([0, 2, 3, 4, 5, 6, 7]);
    }

    /// <summary>Eight ids, answers of at most five tokens.</summary>
    private static int[] Forbidden(AnswerRules rules, int[] tokens)
    {
        var scores = new float[8];
        Array.Fill(scores, -1.5f);
        rules.Apply<float>(tokens, promptLength: 1, maxTokens: 5, [End], scores);
        return [.. Enumerable.Range(0, scores.Length).Where(id => float.IsNegativeInfinity(scores[id]))];
    }
}
