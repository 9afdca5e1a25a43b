using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Reports;
using Gyre.Evaluation.Statistics;

namespace Gyre.Evaluation.Tests.Reports;

public class MetricTextTests
{
    [Theory]
    [InlineData(MetricUnit.Share, 0.8704, "87.0 %", "+87.0 pp")]
    [InlineData(MetricUnit.Share, -0.0312, "−3.1 %", "−3.1 pp")]
    [InlineData(MetricUnit.Share, -0.0004, "0.0 %", "0.0 pp")]
    [InlineData(MetricUnit.Points, 34.217, "34.22", "+34.22")]
    [InlineData(MetricUnit.Count, 12, "12", "+12")]
    [InlineData(MetricUnit.Count, 12.5, "12.50", "+12.50")]
    [InlineData(MetricUnit.Count, -0.9417, "−0.94", "−0.94")]
    [InlineData(MetricUnit.Number, 0, "0", "0")]
    [InlineData(MetricUnit.Number, 12345.6, "12,346", "+12,346")]
    [InlineData(MetricUnit.Number, -0.01234, "−0.0123", "−0.0123")]
    [InlineData(MetricUnit.Number, 0.0000123, "1.23E-5", "+1.23E-5")]
    public void Numbers_follow_the_unit_and_what_rounds_to_zero_has_no_sign(MetricUnit unit, double number, string value, string difference)
    {
        MetricText.Value(unit, number).ShouldBe(value);
        MetricText.Difference(unit, number).ShouldBe(difference);
    }

    [Fact]
    public void Intervals_name_the_unit_once()
    {
        MetricText.Range(MetricUnit.Share, new Interval(0.812, 0.91, 0.95, "wilson")).ShouldBe("81.2 to 91.0 %");
        MetricText.DifferenceRange(MetricUnit.Share, new Interval(-0.01, 0.054, 0.95, "")).ShouldBe("−1.0 to +5.4 pp");
    }

    [Theory]
    [InlineData(0.0003, "0.3 ms")]
    [InlineData(0.35, "350 ms")]
    [InlineData(0.9999, "1.00 s")]
    [InlineData(75, "75.0 s")]
    public void Times_have_a_unit_that_fits(double seconds, string text) => MetricText.Seconds(seconds).ShouldBe(text);

    [Theory]
    [InlineData(0.00001, "< 0.001")]
    [InlineData(0.04961, "0.0496")]
    [InlineData(0.0503, "0.0503")]
    [InlineData(0.15, "0.150")]
    public void Small_probabilities_are_bounds(double probability, string text) => MetricText.Probability(probability).ShouldBe(text);

    [Theory]
    [InlineData("0", "0")]
    [InlineData("0.00000123", "1.2E-6")]
    [InlineData("0.01234", "0.0123")]
    [InlineData("12.345", "12.35")]
    [InlineData("12345", "12,345")]
    public void Money_keeps_digits_that_matter(string value, string text) => MetricText.Money(decimal.Parse(value)).ShouldBe(text);
}
