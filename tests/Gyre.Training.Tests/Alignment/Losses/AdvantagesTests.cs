using Gyre.Contracts;
using Gyre.Training.Alignment.Losses;

namespace Gyre.Training.Tests.Alignment.Losses;

public class AdvantagesTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Estimates_equal_the_reference(bool whitensRewards)
    {
        var golden = LossGolden.Open("ppo");
        var expected = golden["cases"]![$"whiten_rewards={whitensRewards}"]!;
        var mask = golden.Rows("mask");
        var (rewards, values) = (golden.Rows("rewards", mask), golden.Rows("values", mask));
        if (whitensRewards)
        {
            var raw = golden.Rows("rewards", mask);
            Advantages.Whiten(rewards, keepsMean: true);

            // The reference whitens what fills its rows up too, so that it goes into the estimates; here nothing fills rows up.
            var scale = (rewards[0][1] - rewards[0][0]) / (raw[0][1] - raw[0][0]);
            var filler = rewards[0][0] - (scale * raw[0][0]);
            rewards = [.. rewards.Select(row => row.Concat(Enumerable.Repeat(filler, 6 - row.Length)).ToArray())];
            values = [.. values.Select(row => row.Concat(new double[6 - row.Length]).ToArray())];
        }

        var (advantages, returns) = Advantages.Estimate(values, rewards, (double)golden["config"]!["gamma"]!, (double)golden["config"]!["lam"]!);
        advantages = [.. advantages.Select((row, i) => row[..(int)mask[i].Sum()])];
        returns = [.. returns.Select((row, i) => row[..(int)mask[i].Sum()])];
        Advantages.Whiten(advantages, keepsMean: false);
        LossGolden.Close(advantages, expected.Rows("advantages", mask), "advantages");
        LossGolden.Close(returns, expected.Rows("returns", mask), "returns");
    }

    [Fact]
    public void Estimates_equal_the_sum_of_discounted_surprises()
    {
        var random = new SeededRandom(2);
        double[] values = [.. Enumerable.Range(0, 7).Select(_ => random.NextGaussian())];
        double[] rewards = [.. Enumerable.Range(0, 7).Select(_ => random.NextGaussian())];
        var (advantages, returns) = Advantages.Estimate([values], [rewards], 0.9, 0.8);
        for (var t = 0; t < 7; t++)
        {
            // Â(t) = Σ (γλ)^l δ(t + l), with δ(t) = r(t) + γ·v(t + 1) − v(t).
            var expected = 0.0;
            for (var l = 0; t + l < 7; l++)
            {
                expected += Math.Pow(0.9 * 0.8, l) * (rewards[t + l] + (t + l < 6 ? 0.9 * values[t + l + 1] : 0) - values[t + l]);
            }

            advantages[0][t].ShouldBe(expected, 1e-12);
            returns[0][t].ShouldBe(expected + values[t], 1e-12);
        }
    }

    [Fact]
    public void Rewards_hold_the_divergence_at_each_token_and_the_score_at_the_last()
    {
        double[] policy = [-1.0, -2.0, -0.5];
        double[] reference = [-1.5, -1.0, -0.5];
        double[] k1 = [.. policy.Zip(reference, (p, q) => TokenDivergence.Of(KlEstimator.K1, p, q))];
        k1.ShouldBe([0.5, -1.0, 0]);
        double[] k3 = [.. policy.Zip(reference, (p, q) => TokenDivergence.Of(KlEstimator.K3, p, q))];
        k3[0].ShouldBe(Math.Exp(-0.5) - 1 + 0.5, 1e-15);
        k3[1].ShouldBe(Math.Exp(1) - 1 - 1, 1e-15);
        k3.ShouldAllBe(value => value >= 0);
        Advantages.TokenRewards(k1, 0.05, 2).ShouldBe([-0.025, 0.05, 2.0]);
        Advantages.TokenRewards([], 0.05, 2).ShouldBeEmpty();
    }

    [Fact]
    public void Groups_equal_the_reference()
    {
        var golden = LossGolden.Open("grpo_advantages");
        var group = (int)golden["num_generations"]!;
        LossGolden.Close(Advantages.OfGroups(golden.Numbers("rewards"), group, isScaled: true), golden.Numbers("advantages_scaled"), "scaled");
        LossGolden.Close(Advantages.OfGroups(golden.Numbers("rewards"), group, isScaled: false), golden.Numbers("advantages_unscaled"), "unscaled");
    }

    [Fact]
    public void A_group_of_equal_scores_teaches_nothing() => Advantages.OfGroups([3, 3, 3, 1, 2, 3], 3, isScaled: true)[..3].ShouldBe([0, 0, 0]);
}
