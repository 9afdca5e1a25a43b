using Gyre.Evaluation.Benchmarks.Tasks;

namespace Gyre.Evaluation.Tests.Benchmarks.Tasks;

public sealed class MathAnswerTests
{
    [Theory]
    [InlineData(@"\frac12", @"\frac{1}{2}")]
    [InlineData(@"\dfrac{3}{4}", "3/4")]
    [InlineData("0.5", @"\frac{1}{2}")]
    [InlineData(".25", "0.25")]
    [InlineData(@"10\%", "10")]
    [InlineData(@"90^\circ", "90")]
    [InlineData(@"\$5", "5")]
    [InlineData("x = 7", "7")]
    [InlineData(@"5\text{ cm}", "5")]
    [InlineData(@"\sqrt2", @"\sqrt{2}")]
    [InlineData(@"\left(1, 2\right)", "(1,2)")]
    [InlineData("1,234", "1234")]
    public void Different_spellings_of_one_answer_are_equal(string left, string right) => MathAnswer.AreEqual(left, right).ShouldBeTrue();

    [Theory]
    [InlineData("1", "2")]
    [InlineData(@"\frac{1}{2}", @"\frac{1}{3}")]
    [InlineData("(1,2)", "(2,1)")]
    [InlineData("1,2", "12")]
    public void Different_answers_are_not(string left, string right) => MathAnswer.AreEqual(left, right).ShouldBeFalse();
}
