using Gyre.Evaluation.Statistics;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Statistics;

/// <summary>Goldens: SciPy 1.10.1 (Debian 12): stats.norm.cdf, chi2.sf, t.sf, binom.cdf, special.gammaln.</summary>
public sealed class DistributionsTests
{
    [Theory]
    [InlineData(-8, 6.22096057427174e-16)]
    [InlineData(-3, 0.0013498980316300933)]
    [InlineData(-1.5, 0.06680720126885807)]
    [InlineData(-0.2, 0.42074029056089696)]
    [InlineData(0, 0.5)]
    [InlineData(0.7, 0.758036347776927)]
    [InlineData(2, 0.9772498680518208)]
    [InlineData(6, 0.9999999990134123)]
    public void The_normal_distribution_equals_the_reference_also_in_the_tails(double x, double expected) =>
        (Distributions.Normal(x) / expected).ShouldBe(1, 1e-12);

    [Theory]
    [InlineData(0.01, 1, 0.920344325445942)]
    [InlineData(3.84, 1, 0.05004352124870519)]
    [InlineData(11.07, 5, 0.050009618622405425)]
    [InlineData(2, 5, 0.8491450360846096)]
    [InlineData(60, 5, 1.2154569777183007e-11)]
    public void The_chi_square_tail_equals_the_reference(double x, double degrees, double expected) =>
        (Distributions.ChiSquareUpper(x, degrees) / expected).ShouldBe(1, 1e-11);

    [Theory]
    [InlineData(0.5, 1, 0.7048327646991336)]
    [InlineData(2.262, 9, 0.05001284550245455)]
    [InlineData(-12, 3, 0.001245015800789336)]
    [InlineData(1.96, 1e6, 0.04999606758526978)]
    public void Students_tails_equal_the_reference(double t, double degrees, double expected) =>
        (Distributions.StudentTwoSided(t, degrees) / expected).ShouldBe(1, 1e-8);

    [Theory]
    [InlineData(0.5, 0.5723649429247)]
    [InlineData(1, 0)]
    [InlineData(1.5, -0.12078223763524526)]
    [InlineData(3, 0.6931471805599453)]
    [InlineData(10, 12.801827480081469)]
    [InlineData(100.25, 360.28455963776423)]
    public void The_logarithm_of_gamma_equals_the_reference(double x, double expected) => Distributions.LogGamma(x).ShouldBe(expected, 1e-12);

    [Fact]
    public void Fair_coins_equal_the_reference_and_end_at_0_and_1()
    {
        Distributions.FairCoins(3, 15).ShouldBe(0.017578125, 1e-14);
        Distributions.FairCoins(-1, 15).ShouldBe(0);
        Distributions.FairCoins(15, 15).ShouldBe(1);
    }

    [Theory]
    [InlineData(0.001)]
    [InlineData(0.025)]
    [InlineData(0.5)]
    [InlineData(0.8)]
    public void The_quantile_undoes_the_distribution(double probability) =>
        Distributions.Normal(Distributions.NormalQuantile(probability)).ShouldBe(probability, 1e-12);
}
