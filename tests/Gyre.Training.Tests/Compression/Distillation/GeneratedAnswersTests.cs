using Gyre.Models.Templates;
using Gyre.Training.Compression.Distillation;
using Gyre.Training.Examples;

namespace Gyre.Training.Tests.Compression.Distillation;

public sealed class GeneratedAnswersTests
{
    [Fact]
    public void What_is_unfinished_empty_circling_or_there_already_is_left_out_and_counted()
    {
        TrainingExample[] prompts = [Prompt("one"), Prompt("two")];

        var (lines, counts) = GeneratedAnswers.Check(
            prompts, [("A coat.", true), (" A coat. ", true), ("Cut off in the", false), ("  ", true), ("and so and so and so and so", true), ("A coat.", true)], samples: 3);

        counts.ShouldBe(new GeneratedCounts(6, 2, 1, 1, 1, 1));
        lines.Count.ShouldBe(2);
        lines[0].ShouldBe("{\"messages\":[{\"role\":\"user\",\"content\":\"one\"},{\"role\":\"assistant\",\"content\":\"A coat.\"}],\"task\":\"t\"}\n");
    }

    [Theory]
    [InlineData("very very very very", true)]
    [InlineData("very very very good", false)]
    [InlineData("a b a b a b a b", true)]
    [InlineData("one two three four one two three four one two three four one two three four", true)]
    [InlineData("a linen coat in teal and a linen coat in grey", false)]
    [InlineData("", false)]
    public void Words_that_stand_again_and_again_are_a_circle(string text, bool expected) => GeneratedAnswers.Circles(text).ShouldBe(expected);

    private static TrainingExample Prompt(string text) => new("t", [new ChatTurn("user", text)], "", "test");
}
