using Gyre.Evaluation.Statistics;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Statistics;

/// <summary>Goldens: SciPy 1.10.1: stats.ttest_1samp, stats.wilcoxon (exact, and approx with correction), stats.binomtest.</summary>
public sealed class PairedTestsTests
{
    // Differences of the worked example in Hollander and Wolfe, "Nonparametric Statistical Methods", chapter 3.
    private static readonly double[] Depression =
        [1.83 - 0.878, 0.50 - 0.647, 1.62 - 0.598, 2.48 - 2.05, 1.68 - 1.06, 1.88 - 1.29, 1.55 - 1.06, 3.06 - 3.14, 1.30 - 1.29];

    [Fact]
    public void McNemar_equals_the_binomial_test_of_the_pairs_that_differ()
    {
        PairedTests.McNemar(3, 12).ShouldBe(0.03515625, 1e-14);
        PairedTests.McNemar(12, 3).ShouldBe(0.03515625, 1e-14);
        PairedTests.McNemar(0, 0).ShouldBe(1);
        PairedTests.McNemar(5, 5).ShouldBe(1);
    }

    [Fact]
    public void Students_test_equals_the_reference()
    {
        PairedTests.StudentT(Depression).ShouldBe(0.016176627434908095, 1e-12);
        PairedTests.StudentT([0, 0, 0]).ShouldBe(1);
        PairedTests.StudentT([2, 2, 2]).ShouldBe(0);
    }

    [Fact]
    public void Wilcoxons_test_is_exact_for_few_differences() => PairedTests.Wilcoxon(Depression).ShouldBe(0.0390625, 1e-14);

    [Fact]
    public void Wilcoxons_test_corrects_for_ties_and_leaves_zeros_out()
    {
        double[] tied = [1, 1, 2, -3, 4, 4, -1, 5, 6, 7, 0, 2, -2, 3, 8, 9, -4, 3, 3, 5, 6, -7, 8, 9, 2, 1, 1, -6, 4, 3];
        PairedTests.Wilcoxon(tied).ShouldBe(0.004384059066311589, 1e-12);
        PairedTests.Wilcoxon([0, 0]).ShouldBe(1);
    }
}
