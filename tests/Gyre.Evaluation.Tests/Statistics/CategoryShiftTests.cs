using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Statistics;

namespace Gyre.Evaluation.Tests.Statistics;

public sealed class CategoryShiftTests
{
    private static readonly long[] Reference = [16, 18, 16, 14, 12, 12];
    private static readonly long[] Current = [16, 16, 16, 16, 16, 8];

    [Fact]
    public void Published_counts_have_the_values_of_scipy()
    {
        // scipy 1.10.1: chisquare(current, reference's shares times 88); numpy 1.24.2. The publication cuts the distance's end: .06812.
        CategoryShift.ChiSquareP(Reference, Current).Number.ShouldBe(0.67309, 5e-6);
        CategoryShift.Hellinger(Reference, Current).Number.ShouldBe(0.0681277, 5e-8);
    }

    [Fact]
    public void Equal_shares_have_not_moved_and_disjoint_ones_as_far_as_can_be()
    {
        CategoryShift.ChiSquareP([1, 2, 3], [10, 20, 30]).Number.ShouldBe(1, 1e-12);
        CategoryShift.Hellinger([1, 2, 3], [10, 20, 30]).Number.ShouldBe(0, 1e-7);
        CategoryShift.Hellinger([5, 0], [0, 7]).ShouldBe(MetricValue.Of(1));
    }

    [Fact]
    public void What_cannot_be_compared_is_undefined_or_refused()
    {
        CategoryShift.ChiSquareP([5, 0], [4, 1]).Reason!.Cause.ShouldBe(UndefinedCause.ZeroDenominator);
        CategoryShift.ChiSquareP([5, 0], [4, 0]).IsDefined.ShouldBeFalse();
        CategoryShift.ChiSquareP([5, 5], [0, 0]).Reason!.Cause.ShouldBe(UndefinedCause.NoSamples);
        CategoryShift.Hellinger([0, 0], [1, 1]).IsDefined.ShouldBeFalse();
        Should.Throw<ArgumentException>(() => CategoryShift.Hellinger([1], [1, 2]));
        Should.Throw<ArgumentException>(() => CategoryShift.ChiSquareP([1, -1], [1, 2]));
    }
}
