using Gyre.Contracts;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Statistics;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Statistics;

public sealed class PairedComparisonTests
{
    [Fact]
    public void The_permutation_test_of_few_pairs_equals_the_count_of_all_sign_changes()
    {
        double[] differences = [0.9, 1.4, -0.2, 0.7, 2.1, 0.3, -0.5, 1.1];
        var observed = Math.Abs(differences.Sum());
        var extreme = Enumerable.Range(0, 256).Count(signs => Math.Abs(differences.Select((value, i) => (signs >> i & 1) == 0 ? value : -value).Sum()) >= observed - 1e-9);
        var (first, second) = (new SampleStatistics(1), new SampleStatistics(1));
        foreach (var difference in differences)
        {
            first.Add([1.0]);
            second.Add([1.0 + difference]);
        }

        var result = PairedComparison.Compare(first, second, Mean, new ComparisonOptions { Resamples = 40_000 });
        result.PValue!.Value.ShouldBe(extreme / 256.0, 0.01);
        result.Difference.Number.ShouldBe(differences.Average(), 1e-12);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_single_statistic_is_resampled_as_several_are(bool someUndefined)
    {
        var random = new SeededRandom(4);
        var (first, second) = (new SampleStatistics(1, 150), new SampleStatistics(1));
        var (firstOfTwo, secondOfTwo) = (new SampleStatistics(2), new SampleStatistics(2, 10));
        for (var i = 0; i < 150; i++)
        {
            Add(first, firstOfTwo, 0.5);
            Add(second, secondOfTwo, 0.52);
        }

        var options = new ComparisonOptions { Seed = 3, Resamples = 300 };
        var (one, two) = (PairedComparison.Compare(first, second, Mean, options), PairedComparison.Compare(firstOfTwo, secondOfTwo, Mean, options));
        (one with { EffectSize = null }).ShouldBe(two);
        one.EffectSize.ShouldNotBeNull();
        SampleInterval.Of(first, Mean, options).ShouldBe(SampleInterval.Of(firstOfTwo, Mean, options));

        void Add(SampleStatistics single, SampleStatistics several, double mean)
        {
            var value = mean + (0.1 * random.NextDouble());
            if (someUndefined && random.NextInt32(5) == 0)
            {
                single.AddUndefined();
                several.AddUndefined();
                return;
            }

            single.Add([value]);
            several.Add([value, -value]);
        }
    }

    [Fact]
    public void Without_a_difference_the_test_is_wrong_as_often_as_its_level_says()
    {
        var random = new SeededRandom(11);
        const int Trials = 1000;
        var found = 0;
        for (var trial = 0; trial < Trials; trial++)
        {
            var (first, second) = NormalPairs(random, 40, 0);
            found += PairedComparison.Compare(first, second, Mean, new ComparisonOptions { Seed = (ulong)trial, Resamples = 199 }).IsSignificant(0.05) ? 1 : 0;
        }

        // The exact rate is 10 of 200; three binomial deviations are 0.021.
        (found / (double)Trials).ShouldBe(0.05, 0.021);
    }

    [Fact]
    public void The_interval_holds_the_true_difference_as_often_as_it_says()
    {
        var random = new SeededRandom(12);
        const int Trials = 400;
        var held = 0;
        for (var trial = 0; trial < Trials; trial++)
        {
            var (first, second) = NormalPairs(random, 80, 0.4);
            var interval = PairedComparison.Compare(first, second, Mean, new ComparisonOptions { Seed = (ulong)trial, Resamples = 400 }).Interval!;
            held += interval.Low <= 0.4 && 0.4 <= interval.High ? 1 : 0;
        }

        (held / (double)Trials).ShouldBe(0.95, 0.04);
    }

    [Fact]
    public void A_ratio_of_sums_is_compared_as_such_and_not_as_a_mean_of_ratios()
    {
        var (first, second) = (new SampleStatistics(2), new SampleStatistics(2));
        for (var i = 0; i < 30; i++)
        {
            first.Add([i, 100]);
            second.Add([i + 5, 100]);
        }

        first.Add([1, 1]);
        second.Add([0, 1]);
        var result = PairedComparison.Compare(first, second, Share, new ComparisonOptions { Resamples = 1000 });
        result.Difference.Number.ShouldBe((30 * 5 - 1) / 3001.0, 1e-12);
        result.PValue!.Value.ShouldBeLessThan(0.01);
        result.EffectSize.ShouldBeNull();
    }

    [Fact]
    public void Samples_without_a_value_are_left_out_in_pairs_and_said()
    {
        var (first, second) = (new SampleStatistics(1), new SampleStatistics(1));
        first.Add([1]);
        second.Add([2]);
        first.AddUndefined();
        second.Add([100]);
        first.Add([3]);
        second.Add([4]);
        var result = PairedComparison.Compare(first, second, Mean, new ComparisonOptions { Resamples = 100 });
        (result.Pairs, result.LeftOut).ShouldBe((2, 1));
        result.Difference.Number.ShouldBe(1);
    }

    [Fact]
    public void Without_pairs_everything_is_undefined_with_its_reason()
    {
        var (first, second) = (new SampleStatistics(1), new SampleStatistics(1));
        first.AddUndefined();
        second.Add([1]);
        var result = PairedComparison.Compare(first, second, Mean, new ComparisonOptions());
        result.Difference.Reason!.Cause.ShouldBe(UndefinedCause.NoSamples);
        result.PValue.ShouldBeNull();
        result.Interval.ShouldBeNull();
        result.IsSignificant(0.05).ShouldBeFalse();
    }

    [Fact]
    public void Results_do_not_depend_on_the_number_of_threads()
    {
        var (first, second) = NormalPairs(new SeededRandom(3), 200, 0.1);
        var one = PairedComparison.Compare(first, second, Mean, new ComparisonOptions { Seed = 9, Threads = 1, Resamples = 500 });
        var many = PairedComparison.Compare(first, second, Mean, new ComparisonOptions { Seed = 9, Threads = 4, Resamples = 500 });
        many.ShouldBe(one);
        PairedComparison.Compare(first, second, Mean, new ComparisonOptions { Seed = 10, Resamples = 500 }).Interval.ShouldNotBe(one.Interval);
    }

    [Fact]
    public void Tables_of_other_samples_are_refused()
    {
        var (first, second) = (new SampleStatistics(1), new SampleStatistics(1));
        first.Add([1]);
        Should.Throw<ArgumentException>(() => PairedComparison.Compare(first, second, Mean, new ComparisonOptions())).Message.ShouldContain("found 1 samples of 1 statistics and 0 of 1");
    }

    internal static MetricValue Mean(ReadOnlySpan<double> sums, long count) => MetricValue.Ratio(sums[0], count, "no samples");

    internal static (SampleStatistics First, SampleStatistics Second) NormalPairs(SeededRandom random, int pairs, double difference)
    {
        var (first, second) = (new SampleStatistics(1), new SampleStatistics(1));
        for (var i = 0; i < pairs; i++)
        {
            var level = random.NextGaussian();
            first.Add([level]);
            second.Add([level + difference + random.NextGaussian()]);
        }

        return (first, second);
    }

    private static MetricValue Share(ReadOnlySpan<double> sums, long count) => MetricValue.Ratio(sums[0], sums[1], "nothing");
}
