using Gyre.Evaluation.Benchmarks.Tasks;

namespace Gyre.Evaluation.Tests.Benchmarks.Tasks;

public sealed class AnswerExtractionTests
{
    [Theory]
    [InlineData("letter", "B", "B")]
    [InlineData("letter", " (C) because it is", "C")]
    [InlineData("letter", "I think the answer is **D**.", "D")]
    [InlineData("letter", "Answer: A", "A")]
    [InlineData("letter", "The answer is B. No, the answer is C.", "C")]
    [InlineData("letter", "I do not know", null)]
    [InlineData("letter", "A dog is an animal", null)]
    [InlineData("marked", "so 3\n#### 1,234", "1,234")]
    [InlineData("marked", "so 3", null)]
    [InlineData("boxed", @"thus $\boxed{\frac{1}{2}}$ and not \boxed{3}", "3")]
    [InlineData("boxed", @"\boxed{a{b}c", null)]
    [InlineData("first-line", "\n yes \nbut", "yes")]
    public void Answers_are_found_where_they_stand(string rule, string text, string? expected) => AnswerExtraction.Find(rule, text, null).ShouldBe(expected);
}
