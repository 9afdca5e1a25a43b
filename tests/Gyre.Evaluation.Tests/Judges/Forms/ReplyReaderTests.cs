using Gyre.Evaluation.Judges.Forms;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Judges.Forms;

public sealed class ReplyReaderTests
{
    private static readonly VerdictForm Levels = new(new Choices([.. Enumerable.Range(1, 5).Select(level => new Choice($"{level}"))]));
    private static readonly VerdictForm Sides = new(new Choices(new Choice("first", "a"), new Choice("second", "b"), new Choice("tie", "c")));

    [Theory]
    [InlineData("""{"reason": "short", "verdict": "yes"}""", "yes", "short")]
    [InlineData(" {\"verdict\":\"NO\",\"reason\":\"\"}\n", "no", "")]
    [InlineData("""{"reason": "it says {\"verdict\": \"yes\"}", "verdict": "no"}""", "no", """it says {"verdict": "yes"}""")]
    [InlineData("""{"verdict": true}""", "yes", "")]
    [InlineData("""{"Explanation": "x", "Score": "Yes, clearly"}""", "yes", "x")]
    public void One_object_is_read_as_it_was_asked_for(string reply, string choice, string reason)
    {
        ReplyReader.TryRead(reply, VerdictForm.YesNo, out var verdict, out var isStrict, out _).ShouldBeTrue();
        (verdict!.Choice, verdict.Reason, isStrict).ShouldBe((choice, reason, true));
    }

    [Theory]
    [InlineData("Here it is:\n```json\n{\"reason\": \"r\", \"verdict\": \"yes\",}\n```\nThanks!", "yes")]
    [InlineData("```\n{\"reason\": \"r\", \"verdict\": \"no\"}\n```", "no")]
    [InlineData("Sure! {\"reason\": \"a } in a string\", \"verdict\": \"no\"} And again {\"verdict\": \"no\"}", "no")]
    [InlineData("{\"thought\": 1} {\"verdict\": \"yes\"}", "yes")]
    [InlineData("<think>Perhaps {\"verdict\": \"no\"}</think>{\"verdict\": \"yes\"}", "yes")]
    [InlineData("It is good.\n\n**Verdict:** Yes", "yes")]
    [InlineData("Verdict: no, it rambles.", "no")]
    [InlineData("The judgment is [[yes]].", "yes")]
    [InlineData("Yes.", "yes")]
    [InlineData("No, it repeats itself.", "no")]
    [InlineData("I thought about it.\nyes", "yes")]
    public void What_stands_around_or_instead_of_the_object_is_forgiven(string reply, string choice)
    {
        ReplyReader.TryRead(reply, VerdictForm.YesNo, out var verdict, out var isStrict, out _).ShouldBeTrue();
        (verdict!.Choice, isStrict).ShouldBe((choice, false));
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("There are no needless words in this answer.")]
    [InlineData("No needless words.")]
    [InlineData("Yes and no.")]
    [InlineData("Verdict: yes. On second thought, verdict: no.")]
    [InlineData("The answer says \"verdict: yes\".\nVerdict: no")]
    [InlineData("The answer says [[yes]], I say [[no]]")]
    [InlineData("""{"reason": "r", "verdict": "perhaps"}""")]
    [InlineData("""{"reason": "r", "verdict": "yes", "verdict": "no"}""")]
    [InlineData("""{"reason": "r", "verdict": """)]
    [InlineData("""{"reason": "\ud800", "verdict": "yes"}""")]
    [InlineData("""{"reason": {"verdict": "yes"}}""")]
    [InlineData("The answer was {\"verdict\": \"yes\"}. I say {\"reason\": \"r\", \"verdict\": \"no\"}")]
    [InlineData("{\"reason\": \"It says \\\"verdict\\\": \\\"yes\\\" and")]
    [InlineData("{\"reason\": \"It says {\"verdict\": \"yes\"} and")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[")]
    public void What_says_nothing_or_two_things_is_not_guessed_at(string reply)
    {
        ReplyReader.TryRead(reply, VerdictForm.YesNo, out _, out _, out var fault).ShouldBeFalse();
        fault.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("""{"reason": "r", "verdict": 4}""", "4")]
    [InlineData("""{"reason": "r", "verdict": 4.0}""", "4")]
    [InlineData("""{"reason": "r", "rating": "4/5"}""", "4")]
    [InlineData("""{"reason": "r", "verdict": "4 - right and useful"}""", "4")]
    [InlineData("Rating: [[4]]", "4")]
    [InlineData("It has 3 mistakes and 2 gaps.\nRating: 1 out of 5", "1")]
    [InlineData("4/5", "4")]
    public void Levels_are_read_in_the_ways_that_models_write_them(string reply, string level)
    {
        ReplyReader.TryRead(reply, Levels, out var verdict, out _, out _).ShouldBeTrue();
        verdict!.Choice.ShouldBe(level);
    }

    [Theory]
    [InlineData("""{"reason": "r", "verdict": 6}""")]
    [InlineData("""{"reason": "r", "verdict": 4.5}""")]
    [InlineData("""{"reason": "r", "verdict": -4}""")]
    [InlineData("""{"reason": "r", "verdict": "10"}""")]
    [InlineData("""{"reason": "r", "verdict": "4 or 5"}""")]
    [InlineData("It has 3 mistakes.")]
    [InlineData("Rating: 1. The answer tells me to write: Rating: 5")]
    public void Numbers_that_are_no_level_are_not_taken_for_one(string reply) => ReplyReader.TryRead(reply, Levels, out _, out _, out _).ShouldBeFalse();

    [Theory]
    [InlineData("""{"reason": "r", "verdict": "A"}""", "first")]
    [InlineData("""{"reason": "r", "verdict": "The second answer"}""", "second")]
    [InlineData("Winner: tie", "tie")]
    [InlineData("[[B]]", "second")]
    public void Sides_are_read(string reply, string side)
    {
        ReplyReader.TryRead(reply, Sides, out var verdict, out _, out _).ShouldBeTrue();
        verdict!.Choice.ShouldBe(side);
    }

    [Theory]
    [InlineData("First, I read both. A good answer is short.")]
    [InlineData("The first answer is better than the second.")]
    public void Sides_that_merely_occur_are_not_verdicts(string reply) => ReplyReader.TryRead(reply, Sides, out _, out _, out _).ShouldBeFalse();

    [Fact]
    public void Lists_are_read_as_objects_lists_or_lines()
    {
        var claims = new TextListForm("claims", 3);
        foreach (var reply in new[] { """{"claims": ["one", "two"]}""", """["one", {"claim": "two"}]""", "- one\n- two", "1. one\n2. two\n" })
        {
            ReplyReader.TryRead(reply, claims, out var texts, out _, out _).ShouldBeTrue(reply);
            texts.ShouldBe(["one", "two"]);
        }

        ReplyReader.TryRead("""{"claims": []}""", claims, out var none, out _, out _).ShouldBeTrue();
        none.ShouldBeEmpty();
        ReplyReader.TryRead("""{"claims": ["1", "2", "3", "4"]}""", claims, out _, out _, out var fault).ShouldBeFalse();
        fault.ShouldContain("4 texts, and 3 are the most");
    }

    [Fact]
    public void Verdicts_of_several_items_must_be_as_many()
    {
        var form = new VerdictListForm(2);
        foreach (var reply in new[] { """{"verdicts": [{"reason": "a", "verdict": "yes"}, {"verdict": "no"}]}""", "[true, false]", "1. yes\n2. no" })
        {
            ReplyReader.TryRead(reply, form, out var verdicts, out _, out _).ShouldBeTrue(reply);
            verdicts!.Select(verdict => verdict.Choice).ShouldBe(["yes", "no"]);
        }

        foreach (var reply in new[] { "[true]", "[true, false, true]", "1. yes", "1. yes\n3. no", """{"verdicts": ["yes", "maybe"]}""" })
        {
            ReplyReader.TryRead(reply, form, out _, out _, out _).ShouldBeFalse(reply);
        }
    }

    [Fact]
    public void Numbers_of_items_must_be_theirs()
    {
        var form = new NumberSetForm("sentences", 5);
        ReplyReader.TryRead("""{"sentences": [3, "1", 3]}""", form, out var numbers, out _, out _).ShouldBeTrue();
        numbers.ShouldBe([1, 3]);
        foreach (var reply in new[] { """{"sentences": [6]}""", """{"sentences": [0]}""", """{"sentences": [1.5]}""", "1, 3" })
        {
            ReplyReader.TryRead(reply, form, out _, out _, out _).ShouldBeFalse(reply);
        }
    }

    [Fact]
    public void A_reply_of_megabytes_is_read_in_bounded_time()
    {
        var start = System.Diagnostics.Stopwatch.GetTimestamp();
        foreach (var reply in new[] { new string('{', 4 << 20), string.Concat(Enumerable.Repeat("```{", 1 << 20)), string.Concat(Enumerable.Repeat("verdict: ", 1 << 19)), new string('"', 4 << 20) })
        {
            ReplyReader.TryRead(reply, VerdictForm.YesNo, out _, out _, out _).ShouldBeFalse();
        }

        System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalSeconds.ShouldBeLessThan(20);
    }
}
