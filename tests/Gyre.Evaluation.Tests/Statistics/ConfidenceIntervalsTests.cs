using Gyre.Contracts;
using Gyre.Evaluation.Statistics;

namespace Gyre.Evaluation.Tests.Statistics;

public class ConfidenceIntervalsTests
{
    /// <summary>R. G. Newcombe, "Two-sided confidence intervals for the single proportion", 1998, table I, method 3.</summary>
    [Theory]
    [InlineData(81, 263, 0.2553, 0.3662)]
    [InlineData(15, 148, 0.0624, 0.1605)]
    [InlineData(0, 20, 0.0, 0.1611)]
    [InlineData(1, 29, 0.0061, 0.1718)]
    public void Wilson_intervals_equal_the_published_ones(int successes, int trials, double low, double high)
    {
        var interval = ConfidenceIntervals.Wilson(successes, trials);

        interval.Low.ShouldBe(low, 0.00005);
        interval.High.ShouldBe(high, 0.00005);
    }

    [Fact]
    public void The_interval_of_all_successes_ends_at_1_and_mirrors_that_of_none()
    {
        var all = ConfidenceIntervals.Wilson(20, 20);

        all.High.ShouldBe(1);
        all.Low.ShouldBe(1 - ConfidenceIntervals.Wilson(0, 20).High, 1e-12);
    }

    [Theory]
    [InlineData(0.5, 0.0)]
    [InlineData(0.975, 1.959963984540054)]
    [InlineData(0.995, 2.5758293035489004)]
    [InlineData(0.0001, -3.719016485455709)]
    public void Normal_quantiles_equal_the_known_ones(double probability, double expected) =>
        Distributions.NormalQuantile(probability).ShouldBe(expected, 1e-9);

    [Fact]
    public void Bootstrap_intervals_are_seeded_and_near_the_normal_ones_for_a_large_sample()
    {
        var random = new SeededRandom(3);
        var values = Enumerable.Range(0, 400).Select(_ => random.NextDouble()).ToArray();

        var interval = ConfidenceIntervals.Bootstrap(values, seed: 5);

        // A uniform sample of 400 has a standard error of 1 / sqrt(12 * 400).
        var half = 1.96 / Math.Sqrt(12 * 400.0);
        (interval.High - interval.Low).ShouldBe(2 * half, half * 0.2);
        ((interval.High + interval.Low) / 2).ShouldBe(values.Average(), half * 0.1);
        ConfidenceIntervals.Bootstrap(values, seed: 5).ShouldBe(interval);
        ConfidenceIntervals.Bootstrap(values, seed: 6).ShouldNotBe(interval);
    }

    [Fact]
    public void The_bootstrap_of_equal_values_is_a_point()
    {
        var interval = ConfidenceIntervals.Bootstrap([0.25, 0.25, 0.25], seed: 1);

        (interval.Low, interval.High).ShouldBe((0.25, 0.25));
    }
}
