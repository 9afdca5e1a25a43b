using System.Text.Json;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Metrics.Answers;
using Gyre.TestSupport;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Metrics.Answers;

public sealed class NumericAnswerTests
{
    [Theory]
    [InlineData("Reasons …\n#### 1,000", "#### 1000", 1)]
    [InlineData("It costs $1,234.50.", "1234.5", 1)]
    [InlineData("so 3 + 4 = 7 apples", "7", 1)]
    [InlineData("x = -12", "#### -12", 1)]
    [InlineData("x = \u221212", "#### -12", 1)]
    [InlineData("loss of -$5", "-5", 1)]
    [InlineData("10-3", "3", 1)]
    [InlineData("10-3", "-3", 0)]
    [InlineData(".5", "0.50", 1)]
    [InlineData("values 1,23", "23", 1)]
    [InlineData("nothing", "7", 0)]
    [InlineData("#### 7 and 8 later", "7", 1)]
    [InlineData("#### seven, that is 8", "8", 1)]
    [InlineData("7.", "7", 1)]
    [InlineData("70%", "70", 1)]
    public void The_final_number_counts_by_value(string candidate, string reference, double value) =>
        NumericAnswer.Metric.Of(candidate, reference).ShouldBe(MetricValue.Of(value));

    [Fact]
    public void The_marked_form_wants_the_mark()
    {
        NumericAnswer.MarkedMetric.Of("the answer is 7", "#### 7").ShouldBe(MetricValue.Of(0));
        NumericAnswer.MarkedMetric.Of("#### 7", "#### 7").ShouldBe(MetricValue.Of(1));
    }

    [Fact]
    public void A_reference_without_a_number_is_undefined_and_endless_digits_are_no_number()
    {
        NumericAnswer.Metric.Of("7", "seven").Reason!.Cause.ShouldBe(UndefinedCause.EmptyReference);
        NumericAnswer.Metric.Of(new string('9', 100_000), "9").ShouldBe(MetricValue.Of(0));
    }

    [Fact]
    public void Every_reference_answer_of_GSM8K_is_read()
    {
        var folder = TestData.Require("data/gsm8k");
        var read = 0;
        foreach (var line in Directory.EnumerateFiles(folder, "*.jsonl").SelectMany(File.ReadLines))
        {
            using var row = JsonDocument.Parse(line);
            var answer = row.RootElement.GetProperty("answer").GetString()!; // Every row of the set has one.
            NumericAnswer.TryReadMarked(answer, out var number).ShouldBeTrue(answer);
            answer.Replace(",", "", StringComparison.Ordinal).ShouldEndWith("#### " + number.ToString(System.Globalization.CultureInfo.InvariantCulture));
            NumericAnswer.Metric.Of("The answer: " + number, answer).ShouldBe(MetricValue.Of(1));
            NumericAnswer.Metric.Of("The answer: " + (number + 1), answer).ShouldBe(MetricValue.Of(0));
            read++;
        }

        read.ShouldBeGreaterThan(500);
    }
}
