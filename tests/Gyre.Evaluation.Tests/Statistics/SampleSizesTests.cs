using Gyre.Contracts;
using Gyre.Evaluation.Statistics;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Statistics;

public sealed class SampleSizesTests
{
    [Fact]
    public void Half_a_deviation_needs_32_pairs_for_80_per_cent_power()
    {
        // (1.959964 + 0.841621)² / 0.25 = 31.4, Cohen 1988.
        SampleSizes.PairsFor(0.5, 1).ShouldBe(32);
        SampleSizes.PairsFor(-0.5, 1).ShouldBe(32);
    }

    [Fact]
    public void Size_effect_and_power_say_the_same()
    {
        var pairs = SampleSizes.PairsFor(0.03, 0.4, alpha: 0.01, power: 0.9);
        SampleSizes.MinimumDetectableEffect(pairs, 0.4, 0.01, 0.9).ShouldBe(0.03, 1e-4);
        SampleSizes.Power(pairs, 0.03, 0.4, 0.01).ShouldBe(0.9, 1e-3);
        SampleSizes.Power(100, 0, 1).ShouldBe(0.05, 1e-9);
    }

    [Fact]
    public void The_stated_power_is_what_the_permutation_test_has()
    {
        var pairs = (int)SampleSizes.PairsFor(0.3, 1);
        var random = new SeededRandom(5);
        var found = 0;
        const int Trials = 300;
        for (var trial = 0; trial < Trials; trial++)
        {
            var (first, second) = PairedComparisonTests.NormalPairs(random, pairs, 0.3);
            found += PairedComparison.Compare(first, second, PairedComparisonTests.Mean, new ComparisonOptions { Seed = (ulong)trial, Resamples = 400 }).IsSignificant(0.05) ? 1 : 0;
        }

        // 0.8 with a binomial deviation of 0.023.
        (found / (double)Trials).ShouldBe(0.8, 0.08);
    }
}
