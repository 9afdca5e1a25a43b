using Gyre.Contracts;
using Gyre.Training.Alignment.Losses;

namespace Gyre.Training.Tests.Alignment.Losses;

public class PreferenceLossTests
{
    [Theory]
    [InlineData("sigmoid", PreferenceLossKind.Sigmoid)]
    [InlineData("sigmoid_ls0.2", PreferenceLossKind.Sigmoid)]
    [InlineData("hinge", PreferenceLossKind.Hinge)]
    [InlineData("ipo", PreferenceLossKind.Ipo)]
    [InlineData("robust_ls0.1", PreferenceLossKind.Robust)]
    [InlineData("exo_pair_ls0.05", PreferenceLossKind.ExoPair)]
    [InlineData("nca_pair", PreferenceLossKind.NcaPair)]
    [InlineData("sppo_hard", PreferenceLossKind.SppoHard)]
    [InlineData("aot", PreferenceLossKind.Aot)]
    [InlineData("aot_pair", PreferenceLossKind.AotPair)]
    [InlineData("apo_zero", PreferenceLossKind.ApoZero)]
    [InlineData("apo_down", PreferenceLossKind.ApoDown)]
    [InlineData("sigmoid_reference_free=True", PreferenceLossKind.Sigmoid)]
    [InlineData("sigmoid_f_divergence_type=js_divergence", PreferenceLossKind.Sigmoid)]
    [InlineData("sigmoid_f_divergence_type=alpha_divergence", PreferenceLossKind.Sigmoid)]
    public void Losses_and_gradients_equal_the_reference(string name, PreferenceLossKind kind)
    {
        var golden = LossGolden.Open("dpo");
        var expected = golden["cases"]![name]!;
        var options = new PreferenceLossOptions
        {
            Kind = kind,
            Beta = (double)expected["beta"]!,
            LabelSmoothing = (double)expected["label_smoothing"]!,
            IsReferenceFree = (bool?)expected["reference_free"] ?? false,
            Divergence = (string?)expected["f_divergence_type"] switch
            {
                "js_divergence" => PolicyDivergence.JensenShannon,
                "alpha_divergence" => PolicyDivergence.Alpha,
                _ => PolicyDivergence.ReverseKl,
            },
            Alpha = (double?)expected["f_divergence_params"]?["alpha_divergence_coef"] ?? 1,
        };
        var scores = new PairScores(
            golden.Numbers("policy_chosen_logps"), golden.Numbers("policy_rejected_logps"), golden.Numbers("reference_chosen_logps"), golden.Numbers("reference_rejected_logps"));
        var outcome = PreferenceLoss.Compute(options, scores);
        LossGolden.Close(outcome.Losses, expected.Numbers("losses"), "losses");
        LossGolden.Close(outcome.ChosenGradient.Select(g => g / scores.Count), expected.Numbers("grad_chosen"), "gradient of the chosen");
        LossGolden.Close(outcome.RejectedGradient.Select(g => g / scores.Count), expected.Numbers("grad_rejected"), "gradient of the rejected");
        LossGolden.Close([outcome.Losses.Average()], [(double)expected["mean"]!], "mean");
        LossGolden.Close(scores.PolicyChosen.Select((policy, i) => PreferenceLoss.Reward(options, policy, scores.ReferenceChosen[i])), expected.Numbers("chosen_rewards"), "rewards");
    }

    [Theory]
    [InlineData("sigmoid_ls0", PreferenceLossKind.Sigmoid)]
    [InlineData("sigmoid_ls0.1", PreferenceLossKind.Sigmoid)]
    [InlineData("hinge_ls0", PreferenceLossKind.Hinge)]
    [InlineData("ipo_ls0", PreferenceLossKind.Ipo)]
    [InlineData("simpo_ls0", PreferenceLossKind.SimPo)]
    public void Without_a_reference_they_equal_contrastive_preference_optimisation(string name, PreferenceLossKind kind)
    {
        var golden = LossGolden.Open("cpo");
        var expected = golden["cases"]![name]!;
        var options = new PreferenceLossOptions
        {
            Kind = kind, Beta = (double)expected["beta"]!, LabelSmoothing = (double)expected["label_smoothing"]!, Gamma = (double)expected["simpo_gamma"]!, IsReferenceFree = true,
        };
        var scores = new PairScores(golden.Numbers("policy_chosen_logps"), golden.Numbers("policy_rejected_logps"), new double[4], new double[4]);
        var outcome = PreferenceLoss.Compute(options, scores);
        LossGolden.Close(outcome.Losses, expected.Numbers("losses"), "losses");
        LossGolden.Close(outcome.ChosenGradient.Select(g => g / 4), expected.Numbers("grad_chosen"), "gradient of the chosen");
        LossGolden.Close(outcome.RejectedGradient.Select(g => g / 4), expected.Numbers("grad_rejected"), "gradient of the rejected");
    }

    [Fact]
    public void Three_published_pairs_give_their_published_losses()
    {
        var outcome = PreferenceLoss.Compute(new PreferenceLossOptions(), new PairScores([-.5, -10, -1], [-.1, -30, -21], [-.5, -10.1, -.1], [-.1, -20.1, -.1]));
        for (var i = 0; i < 3; i++)
        {
            outcome.Losses[i].ShouldBe(new[] { .6931, .3133, .1269 }[i], 1e-4);
        }
    }

    [Fact]
    public void Every_gradient_is_the_slope_of_its_loss()
    {
        var random = new SeededRandom(3);
        double[] Draw() => [.. Enumerable.Range(0, 5).Select(_ => -20 + (3 * random.NextGaussian()))];
        var scores = new PairScores(Draw(), Draw(), Draw(), Draw());
        var compared = 0;
        foreach (var kind in Enum.GetValues<PreferenceLossKind>())
        {
            foreach (var divergence in Enum.GetValues<PolicyDivergence>())
            {
                var options = new PreferenceLossOptions { Kind = kind, Beta = 0.3, LabelSmoothing = 0.1, Divergence = divergence, Alpha = 0.4, Gamma = 0.2 };
                var outcome = PreferenceLoss.Compute(options, scores);
                for (var i = 0; i < scores.Count; i++)
                {
                    Total(scores.PolicyChosen, i, options, outcome.ChosenGradient[i]);
                    Total(scores.PolicyRejected, i, options, outcome.RejectedGradient[i]);
                    compared++;
                }
            }
        }

        compared.ShouldBe(12 * 3 * 5);

        void Total(double[] values, int i, PreferenceLossOptions options, double gradient)
        {
            var at = values[i];
            var slope = LossGolden.Slope(
                x =>
                {
                    values[i] = x;
                    return PreferenceLoss.Compute(options, scores).Losses.Sum();
                },
                at);
            values[i] = at;
            gradient.ShouldBe(slope, 1e-6 * Math.Max(1, Math.Abs(slope)), $"{options.Kind} {options.Divergence} {i}");
        }
    }

    [Fact]
    public void Margins_of_any_size_stay_finite()
    {
        foreach (var kind in Enum.GetValues<PreferenceLossKind>())
        {
            foreach (var divergence in Enum.GetValues<PolicyDivergence>())
            {
                var options = new PreferenceLossOptions { Kind = kind, Divergence = divergence };
                var outcome = PreferenceLoss.Compute(options, new PairScores([0, -5000], [-5000, 0], [-5000, 0], [0, -5000]));
                outcome.Losses.Concat(outcome.ChosenGradient).Concat(outcome.RejectedGradient).ShouldAllBe(value => double.IsFinite(value), $"{kind} {divergence}");
            }
        }
    }
}
