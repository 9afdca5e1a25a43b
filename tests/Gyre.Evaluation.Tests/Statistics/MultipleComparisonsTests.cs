using Gyre.Evaluation.Statistics;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Statistics;

public sealed class MultipleComparisonsTests
{
    [Fact]
    public void Holm_multiplies_by_the_number_of_hypotheses_left_and_never_falls()
    {
        // By hand: sorted .005 .01 .03 .04 times 4 3 2 1, then the running greatest.
        var adjusted = MultipleComparisons.Holm([0.01, 0.04, 0.03, 0.005]);
        adjusted.Select(value => Math.Round(value, 12)).ShouldBe([0.03, 0.06, 0.06, 0.02]);
    }

    [Fact]
    public void Benjamini_and_Hochberg_divide_by_the_rank_and_never_rise()
    {
        var adjusted = MultipleComparisons.BenjaminiHochberg([0.01, 0.04, 0.03, 0.005]);
        adjusted.Select(value => Math.Round(value, 12)).ShouldBe([0.02, 0.04, 0.04, 0.02]);
    }

    [Fact]
    public void Values_stay_at_most_one_and_one_comparison_is_not_changed()
    {
        MultipleComparisons.Holm([0.9, 0.8]).ShouldAllBe(value => value <= 1);
        MultipleComparisons.Holm([0.03]).ShouldBe([0.03]);
        MultipleComparisons.BenjaminiHochberg([0.03]).ShouldBe([0.03]);
        MultipleComparisons.Holm([]).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void A_number_that_is_no_p_value_is_refused(double value) =>
        Should.Throw<ArgumentOutOfRangeException>(() => MultipleComparisons.Holm([0.5, value]));
}
