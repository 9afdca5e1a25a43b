using Gyre.Evaluation.Reports.Html;

namespace Gyre.Evaluation.Tests.Reports.Html;

public class AxisTests
{
    [Fact]
    public void It_holds_all_values_and_its_ticks_are_round()
    {
        var axis = Axis.Of([-0.043, 0.118], 4);
        axis.Ticks.ShouldBe([0, 0.05, 0.1]);
        axis.At(-0.043).ShouldBeInRange(0.1, 10);
        axis.At(0.118).ShouldBeInRange(90, 99.9);
    }

    [Fact]
    public void It_ends_at_the_bounds_of_the_metric()
    {
        var axis = Axis.Of([0, 1], 5, (0, 1));
        (axis.Least, axis.Greatest).ShouldBe((0, 1));
        axis.Ticks.ShouldBe([0, 0.2, 0.4, 0.6, 0.8, 1]);
    }

    [Fact]
    public void A_value_beyond_the_bounds_still_gives_an_axis()
    {
        var axis = Axis.Of([2, 3], 4, (0, 1));
        (axis.Least < axis.Greatest).ShouldBeTrue();
        axis.At(3).ShouldBeGreaterThan(axis.At(2));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(-1e-300)]
    [InlineData(1e300)]
    [InlineData(-0.25)]
    public void One_value_alone_lies_inside(double value)
    {
        var axis = Axis.Of([value], 4);
        axis.At(value).ShouldBe(50, 1);
        axis.Ticks.ShouldAllBe(tick => double.IsFinite(tick));
    }

    [Fact]
    public void No_value_gives_an_axis_all_the_same() => Axis.Of([], 4).Ticks.ShouldNotBeEmpty();

    [Theory]
    [InlineData(-1.7e308, 1.7e308)]
    [InlineData(0, 4.9e-324)]
    [InlineData(1, 1.0000000000000002)]
    public void Extreme_ranges_give_few_ticks(double least, double greatest) => Axis.Of([least, greatest], 4).Ticks.Count.ShouldBeLessThan(20);
}
