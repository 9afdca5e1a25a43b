using Gyre.Contracts;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Statistics;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Statistics;

public sealed class RegressionTestTests
{
    private const double Alpha = 0.05;

    [Theory]
    [InlineData(0)]
    [InlineData(0.02)]
    public void On_equal_candidates_it_fails_at_most_as_often_as_its_level_says(double tolerance)
    {
        // Correct or not, each with its own noise around the same difficulty of the row.
        var failed = Failures(trials: 1000, rows: 120, loss: 0, tolerance);

        // Three binomial deviations above 0.05.
        failed.ShouldBeLessThanOrEqualTo(0.05 + 0.021);
    }

    [Fact]
    public void A_candidate_that_is_worse_by_exactly_the_tolerance_fails_at_most_as_often_as_the_level_says() =>
        Failures(trials: 600, rows: 200, loss: 0.1, tolerance: 0.1).ShouldBeLessThanOrEqualTo(0.05 + 0.027);

    [Fact]
    public void A_planted_regression_of_the_stated_size_is_caught_with_the_stated_power()
    {
        const int Rows = 250;
        var (baseline, candidate) = Answers(new SeededRandom(77), 20_000, 0.15);
        var deviation = SamplePairs.Of(baseline, candidate).Deviation();
        const double Tolerance = 0.02;
        var detectable = Tolerance + ((Distributions.NormalQuantile(0.95) + Distributions.NormalQuantile(0.8)) * deviation / Math.Sqrt(Rows));
        Failures(trials: 300, Rows, detectable, Tolerance).ShouldBe(0.8, 0.08);
    }

    [Fact]
    public void The_stated_size_is_that_of_the_pairs_at_hand()
    {
        var (baseline, candidate) = Answers(new SeededRandom(5), 200, 0.1);
        var finding = RegressionTest.Run(baseline, candidate, PairedComparisonTests.Mean, ScoreDirection.HigherIsBetter, 0.01, new ComparisonOptions { Resamples = 200 });
        var expected = 0.01 + (2.486475 * SamplePairs.Of(baseline, candidate).Deviation() / Math.Sqrt(200));
        finding.DetectableRegression!.Value.ShouldBe(expected, 1e-5);
    }

    [Fact]
    public void Where_less_is_better_more_is_worse()
    {
        var (few, many) = (new SampleStatistics(1), new SampleStatistics(1));
        for (var i = 0; i < 40; i++)
        {
            few.Add([i % 5]);
            many.Add([(i % 5) + 1 + (i % 2)]);
        }

        var options = new ComparisonOptions { Resamples = 1000 };
        RegressionTest.Run(few, many, PairedComparisonTests.Mean, ScoreDirection.LowerIsBetter, 0, options).PValue!.Value.ShouldBeLessThan(0.01);
        RegressionTest.Run(few, many, PairedComparisonTests.Mean, ScoreDirection.HigherIsBetter, 0, options).PValue!.Value.ShouldBe(1);
        RegressionTest.Run(few, many, PairedComparisonTests.Mean, ScoreDirection.LowerIsBetter, 2, options).PValue!.Value.ShouldBeGreaterThan(0.5);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.01)]
    public void A_metric_that_is_no_mean_is_tested_as_what_it_is(double tolerance)
    {
        var random = new SeededRandom(9);
        var failed = 0;
        for (var trial = 0; trial < 300; trial++)
        {
            var (first, second) = (new SampleStatistics(2), new SampleStatistics(2));
            for (var i = 0; i < 60; i++)
            {
                var length = random.NextInt32(5, 40);
                first.Add([random.NextInt32(length + 1), length]);
                second.Add([random.NextInt32(length + 1), length]);
            }

            failed += RegressionTest.Run(first, second, Share, ScoreDirection.HigherIsBetter, tolerance, new ComparisonOptions { Seed = (ulong)trial, Resamples = 199 }).PValue <= Alpha ? 1 : 0;
        }

        (failed / 300.0).ShouldBeLessThanOrEqualTo(0.05 + 0.038);
    }

    [Fact]
    public void Without_pairs_nothing_is_shown()
    {
        var (first, second) = (new SampleStatistics(1), new SampleStatistics(1));
        first.Add([1]);
        second.AddUndefined();
        var finding = RegressionTest.Run(first, second, PairedComparisonTests.Mean, ScoreDirection.HigherIsBetter, 0, new ComparisonOptions());
        finding.PValue.ShouldBeNull();
        finding.Difference.Reason!.Cause.ShouldBe(UndefinedCause.NoSamples);
    }

    private static double Failures(int trials, int rows, double loss, double tolerance)
    {
        var random = new SeededRandom((ulong)(rows + trials));
        var failed = 0;
        for (var trial = 0; trial < trials; trial++)
        {
            var (baseline, candidate) = Answers(random, rows, loss);
            failed += RegressionTest.Run(baseline, candidate, PairedComparisonTests.Mean, ScoreDirection.HigherIsBetter, tolerance, new ComparisonOptions { Seed = (ulong)trial, Resamples = 399 }).PValue <= Alpha ? 1 : 0;
        }

        return failed / (double)trials;
    }

    /// <summary>Right and wrong answers: rows differ in difficulty; the candidate gets a right answer wrong so much more often that it loses the share.</summary>
    private static (SampleStatistics Baseline, SampleStatistics Candidate) Answers(SeededRandom random, int rows, double loss)
    {
        var (baseline, candidate) = (new SampleStatistics(1), new SampleStatistics(1));
        for (var i = 0; i < rows; i++)
        {
            // Difficulties from 0.5 to 0.9, mean 0.7.
            var chance = 0.5 + (0.4 * random.NextDouble());
            baseline.Add([random.NextDouble() < chance ? 1 : 0]);
            candidate.Add([random.NextDouble() < chance - loss ? 1 : 0]);
        }

        return (baseline, candidate);
    }

    private static MetricValue Share(ReadOnlySpan<double> sums, long count) => MetricValue.Ratio(sums[0], sums[1], "nothing");
}
