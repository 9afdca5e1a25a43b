using System.Text.Json.Nodes;
using Gyre.Contracts;
using Gyre.Training.Alignment.Losses;

namespace Gyre.Training.Tests.Alignment.Losses;

public class PolicyLossTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Clipped_policy_and_value_losses_equal_the_reference(bool whitensRewards)
    {
        var golden = LossGolden.Open("ppo");
        var expected = golden["cases"]![$"whiten_rewards={whitensRewards}"]!;
        var (mask, config) = (golden.Rows("mask"), golden["config"]!);
        var actions = golden.Rows("actions", mask);
        var logProbabilities = actions.Select((row, i) => row.Select((action, t) => LogProbability(golden["logits"]![i]![t]!, (int)action)).ToArray()).ToArray();
        var (old, values, now) = (golden.Rows("old_logprobs", mask), golden.Rows("values", mask), golden.Rows("vpreds", mask));
        var (advantages, returns) = (expected.Rows("advantages", mask), expected.Rows("returns", mask));
        double count = actions.Sum(row => row.Length);
        var weight = (double)config["vf_coef"]!;
        double policy = 0, value = 0, clipped = 0, valueClipped = 0;
        for (var i = 0; i < actions.Length; i++)
        {
            var gradients = new double[actions[i].Length];
            var valueGradients = new double[actions[i].Length];
            for (var t = 0; t < actions[i].Length; t++)
            {
                var p = ClippedPolicyLoss.Compute(logProbabilities[i][t], old[i][t], advantages[i][t], (double)config["cliprange"]!, (double)config["cliprange"]!);
                var v = ClippedValueLoss.Compute(now[i][t], values[i][t], returns[i][t], (double)config["cliprange_value"]!);
                (policy, value) = (policy + (p.Loss / count), value + (v.Loss / count));
                (clipped, valueClipped) = (clipped + (p.IsClipped ? 1 / count : 0), valueClipped + (v.IsClipped ? 1 / count : 0));
                (gradients[t], valueGradients[t]) = (p.Gradient / count, weight * v.Gradient / count);
            }

            LossGolden.Close(gradients, expected.Rows("grad_logprobs", mask)[i], "gradient of the log-probabilities");
            LossGolden.Close(valueGradients, expected.Rows("grad_vpreds", mask)[i], "gradient of the values");
        }

        LossGolden.Close(
            [policy, weight * value, clipped, valueClipped],
            [(double)expected["pg_loss"]!, (double)expected["vf_loss_scaled"]!, (double)expected["stats"]!["policy/clipfrac"]!, (double)expected["stats"]!["val/clipfrac"]!],
            "losses");
    }

    [Fact]
    public void The_surrogate_is_the_worse_of_two_and_its_gradient_the_slope()
    {
        var random = new SeededRandom(8);
        var clipped = 0;
        for (var i = 0; i < 400; i++)
        {
            var (old, advantage) = (-1 - random.NextDouble(), random.NextGaussian());
            var now = old + (0.4 * random.NextGaussian());
            double Formula(double x) => Math.Max(-advantage * Math.Exp(x - old), -advantage * Math.Min(Math.Max(Math.Exp(x - old), 0.8), 1.3));
            var (loss, gradient, ratio, isClipped) = ClippedPolicyLoss.Compute(now, old, advantage, 0.2, 0.3);
            loss.ShouldBe(Formula(now), 1e-12);
            gradient.ShouldBe(LossGolden.Slope(Formula, now), 1e-6);
            ratio.ShouldBe(Math.Exp(now - old), 1e-12);
            clipped += isClipped ? 1 : 0;
        }

        clipped.ShouldBeInRange(50, 350);
    }

    [Theory]
    [InlineData("beta=0.0_iterations=1_eps=0.2,0.2")]
    [InlineData("beta=0.04_iterations=1_eps=0.2,0.2")]
    [InlineData("beta=0.0_iterations=2_eps=0.2,0.2")]
    [InlineData("beta=0.04_iterations=3_eps=0.2,0.28")]
    [InlineData("beta=0.1_iterations=2_eps=0.1,0.3")]
    public void Group_losses_equal_the_reference(string name)
    {
        var golden = LossGolden.Open("grpo");
        var expected = golden["cases"]![name]!;
        var options = new GroupPolicyOptions { Beta = (double)expected["beta"]!, ClipBelow = (double)expected["epsilon_low"]!, ClipAbove = (double)expected["epsilon_high"]! };
        var mask = golden.Rows("completion_mask");
        var (now, reference, advantages) = (golden.Rows("per_token_logps", mask), golden.Rows("ref_per_token_logps", mask), golden.Numbers("advantages"));
        var old = (int)expected["num_iterations"]! == 1 ? now : golden.Rows("old_per_token_logps", mask);
        double count = now.Sum(row => row.Length);
        double loss = 0, divergence = 0, outside = 0;
        for (var i = 0; i < now.Length; i++)
        {
            var outcome = now[i].Select((x, t) => GroupPolicyLoss.Compute(options, x, old[i][t], reference[i][t], advantages[i])).ToArray();
            LossGolden.Close(outcome.Select(o => o.Gradient / count), expected.Rows("grad", mask)[i], "gradients");
            loss += outcome.Sum(o => o.Loss) / count;
            divergence += outcome.Sum(o => o.Divergence) / count;

            // The reference counts tokens whose free loss is the larger gain, which is where the clip does not decide.
            outside += now[i].Where((x, t) => !outcome[t].IsClipped && Gain(x, old[i][t], advantages[i])).Count() / count;
        }

        LossGolden.Close([loss], [(double)expected["loss"]!], "loss");

        // The reference computed this figure in single precision.
        outside.ShouldBe((double)expected["metrics"]!["clip_ratio"]!, 1e-7);
        if (options.Beta > 0)
        {
            LossGolden.Close([divergence], [(double)expected["metrics"]!["kl"]!], "divergence");
        }

        bool Gain(double x, double before, double advantage) =>
            Math.Exp(x - before) * advantage < Math.Clamp(Math.Exp(x - before), 1 - options.ClipBelow, 1 + options.ClipAbove) * advantage;
    }

    [Fact]
    public void Group_gradients_are_the_slopes_of_the_formula()
    {
        var random = new SeededRandom(9);
        var options = new GroupPolicyOptions { Beta = 0.3, ClipBelow = 0.1, ClipAbove = 0.25 };
        for (var i = 0; i < 200; i++)
        {
            var (old, reference, advantage) = (-1 - random.NextDouble(), -1 - random.NextDouble(), random.NextGaussian());
            var now = old + (0.3 * random.NextGaussian());
            double Formula(double x) =>
                -Math.Min(Math.Exp(x - old) * advantage, Math.Clamp(Math.Exp(x - old), 0.9, 1.25) * advantage)
                + (0.3 * (Math.Exp(reference - x) - (reference - x) - 1));
            var (loss, gradient, _, _) = GroupPolicyLoss.Compute(options, now, old, reference, advantage);
            loss.ShouldBe(Formula(now), 1e-12);
            gradient.ShouldBe(LossGolden.Slope(Formula, now), 1e-6);
        }
    }

    private static double LogProbability(JsonNode logits, int action)
    {
        double[] values = [.. logits.AsArray().Select(value => (double)value!)];
        return values[action] - Math.Log(values.Sum(Math.Exp));
    }
}
