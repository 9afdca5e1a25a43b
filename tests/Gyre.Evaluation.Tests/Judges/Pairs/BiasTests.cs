using Gyre.Evaluation.Judges.Pairs;
using Gyre.Evaluation.Statistics;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Judges.Pairs;

public sealed class BiasTests
{
    private static readonly ComparisonOptions Options = new() { Resamples = 500, Seed = 5, Threads = 1 };

    [Fact]
    public void Position_bias_counts_changes_and_their_sides()
    {
        PairVerdict[] verdicts =
        [
            Of(PairPreference.First, PairPreference.First), Of(PairPreference.First, PairPreference.Second), Of(PairPreference.First, PairPreference.Second),
            Of(PairPreference.Second, PairPreference.First), Of(PairPreference.Tie, PairPreference.First), new(PairPreference.First, PairPreference.First, null, "", null),
        ];
        var bias = PositionBias.Of(verdicts);
        (bias.Pairs, bias.Changed, bias.TowardsFirst, bias.TowardsSecond).ShouldBe((5L, 4L, 2L, 1L));
        bias.ChangeRate.Number.ShouldBe(0.8);
        bias.ChangeInterval.ShouldBe(ConfidenceIntervals.Wilson(4, 5));
        PositionBias.Of([]).ChangeRate.IsDefined.ShouldBeFalse();
    }

    [Fact]
    public void The_correlation_of_length_and_preference_is_the_point_biserial_one()
    {
        // (M₁ − M₀) / s · √(n₁·n₀ / n²) with the population's s, computed by hand: differences ⅓, −⅓, 0.6 won; −0.2, 0 lost.
        var pairs = new (PairVerdict, int, int)[]
        {
            (Of(PairPreference.First, PairPreference.First), 20, 10), (Of(PairPreference.First, PairPreference.First), 10, 20), (Of(PairPreference.First, PairPreference.First), 40, 10),
            (Of(PairPreference.Second, PairPreference.Second), 10, 15), (Of(PairPreference.Second, PairPreference.Second), 9, 9), (Of(PairPreference.Tie, PairPreference.Tie), 1, 99),
        };
        double[] won = [1 / 3.0, -1 / 3.0, 0.6];
        double[] lost = [-0.2, 0];
        var all = won.Concat(lost).ToArray();
        var deviation = Math.Sqrt(all.Sum(value => Math.Pow(value - all.Average(), 2)) / 5);
        var bias = VerbosityBias.Of(pairs, Options, TestContext.Current.CancellationToken);
        bias.Correlation.Number.ShouldBe((won.Average() - lost.Average()) / deviation * Math.Sqrt(6 / 25.0), 1e-12);
        (bias.Decided, bias.LongerWins).ShouldBe((5L, 3L));
        bias.LongerWinRate.Number.ShouldBe(0.75);
    }

    [Fact]
    public void Without_different_lengths_there_is_no_correlation()
    {
        var pairs = Enumerable.Range(0, 10).Select(i => (Side(i % 2 == 0 ? PairPreference.First : PairPreference.Second), 30, 20));
        var bias = VerbosityBias.Of(pairs, Options, TestContext.Current.CancellationToken);
        bias.Correlation.IsDefined.ShouldBeFalse();
        bias.LongerWinRate.Number.ShouldBe(0.5);
    }

    [Fact]
    public void Self_preference_is_the_difference_on_pairs_that_both_judged()
    {
        var comparison = SelfPreference.Of([1, 1, 1, 0.5, null], [1, 0, 0.5, 0.5, 1], Options, TestContext.Current.CancellationToken);
        (comparison.Pairs, comparison.LeftOut).ShouldBe((4, 1));
        comparison.Difference.Number.ShouldBe(1.5 / 4, 1e-12);
        Should.Throw<ArgumentException>(() => SelfPreference.Of([1], [], Options, TestContext.Current.CancellationToken));
    }

    private static PairVerdict Of(PairPreference inOrder, PairPreference swapped) => new(inOrder == swapped ? inOrder : PairPreference.Tie, inOrder, swapped, "", null);

    private static PairVerdict Side(PairPreference side) => Of(side, side);
}
