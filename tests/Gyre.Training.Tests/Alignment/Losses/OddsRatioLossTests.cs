using Gyre.Contracts;
using Gyre.Training.Alignment.Losses;

namespace Gyre.Training.Tests.Alignment.Losses;

public class OddsRatioLossTests
{
    [Fact]
    public void Losses_and_gradients_equal_the_reference()
    {
        var golden = LossGolden.Open("orpo");
        var outcome = golden.Numbers("policy_chosen_avg_logps").Zip(golden.Numbers("policy_rejected_avg_logps"))
            .Select(pair => OddsRatioLoss.Compute((double)golden["beta"]!, pair.First, pair.Second)).ToArray();

        // The reference keeps β·ln σ, which is subtracted from the likelihood's loss.
        LossGolden.Close(outcome.Select(o => -o.Loss), golden.Numbers("losses"), "losses");
        LossGolden.Close(outcome.Select(o => o.Chosen / 4), golden.Numbers("grad_chosen"), "gradient of the chosen");
        LossGolden.Close(outcome.Select(o => o.Rejected / 4), golden.Numbers("grad_rejected"), "gradient of the rejected");
        LossGolden.Close([outcome.Average(o => o.LogOdds)], [(double)golden["mean_log_odds"]!], "log odds");
    }

    [Fact]
    public void They_equal_the_formula_written_down_again()
    {
        var random = new SeededRandom(4);
        for (var i = 0; i < 200; i++)
        {
            var (c, r) = (-0.01 - (3 * random.NextDouble()), -0.01 - (3 * random.NextDouble()));
            static double Odds(double logProbability) => Math.Exp(logProbability) / (1 - Math.Exp(logProbability));
            static double Formula(double c, double r) => -0.2 * Math.Log(1 / (1 + Math.Exp(-Math.Log(Odds(c) / Odds(r)))));
            var (loss, chosen, rejected, _) = OddsRatioLoss.Compute(0.2, c, r);
            loss.ShouldBe(Formula(c, r), 1e-10);
            chosen.ShouldBe(LossGolden.Slope(x => Formula(x, r), c), 1e-5);
            rejected.ShouldBe(LossGolden.Slope(x => Formula(c, x), r), 1e-5);
        }
    }

    [Fact]
    public void An_answer_that_is_certain_stays_finite()
    {
        var (loss, chosen, rejected, odds) = OddsRatioLoss.Compute(0.1, 0, -800);
        new[] { loss, chosen, rejected, odds }.ShouldAllBe(value => double.IsFinite(value));
    }
}
