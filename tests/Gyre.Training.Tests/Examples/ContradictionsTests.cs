using Gyre.Models.Templates;
using Gyre.Training.Examples;

namespace Gyre.Training.Tests.Examples;

public class ContradictionsTests
{
    [Fact]
    public void A_prompt_with_two_answers_is_found_with_both_places()
    {
        var found = new Contradictions();

        found.Find(Example("a:1", ("user", "Q"), ("assistant", "A"))).ShouldBeNull();
        found.Find(Example("a:2", ("user", "Q "), ("assistant", " A\n"))).ShouldBeNull();
        found.Find(Example("a:3", ("user", "Q"), ("assistant", "B"))).ShouldBe("a:1");
        found.Find(Example("a:4", ("user", "Q"), ("assistant", "C"))).ShouldBe("a:1");
        found.Find(Example("a:5", ("system", "Be brief."), ("user", "Q"), ("assistant", "B"))).ShouldBeNull();

        (found.Examples, found.Prompts).ShouldBe((2, 1));
        found.ToText().ShouldBe("2 examples answer a prompt otherwise than an earlier one; 1 prompt has more than one answer: a:3 and a:1; a:4 and a:1.");
    }

    [Fact]
    public void Later_turns_are_compared_by_all_that_stands_before_them()
    {
        var found = new Contradictions();
        found.Find(Example("1", ("user", "Q"), ("assistant", "A"), ("user", "And?"), ("assistant", "X"))).ShouldBeNull();

        found.Find(Example("2", ("user", "P"), ("assistant", "A"), ("user", "And?"), ("assistant", "Y"))).ShouldBeNull();
        found.Find(Example("3", ("user", "Q"), ("assistant", "A"), ("user", "And?"), ("assistant", "Y"))).ShouldBe("1");
        found.Find(new TrainingExample("t", [], "A text.", "4")).ShouldBeNull();
        found.Examples.ShouldBe(1);
    }

    private static TrainingExample Example(string place, params (string Role, string Content)[] turns) =>
        new("t", [.. turns.Select(turn => new ChatTurn(turn.Role, turn.Content))], "", place);
}
