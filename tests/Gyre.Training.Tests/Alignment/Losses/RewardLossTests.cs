using Gyre.Training.Alignment.Losses;

namespace Gyre.Training.Tests.Alignment.Losses;

public class RewardLossTests
{
    [Theory]
    [InlineData("margin=False_center=None", false, 0)]
    [InlineData("margin=False_center=0.01", false, 0.01)]
    [InlineData("margin=True_center=None", true, 0)]
    [InlineData("margin=True_center=0.01", true, 0.01)]
    public void Losses_and_gradients_equal_the_reference(string name, bool hasMargin, double centring)
    {
        var golden = LossGolden.Open("reward_model");
        var (chosen, rejected, margin) = (golden.Numbers("rewards_chosen"), golden.Numbers("rewards_rejected"), golden.Numbers("margin"));
        var expected = golden["cases"]![name]!;
        var outcome = chosen.Select((c, i) => RewardLoss.Compute(c, rejected[i], hasMargin ? margin[i] : 0, centring)).ToArray();
        LossGolden.Close([outcome.Average(o => o.Loss)], [(double)expected["loss"]!], "loss");
        LossGolden.Close(outcome.Select(o => o.Chosen / 3), expected.Numbers("grad_chosen"), "gradient of the chosen");
        LossGolden.Close(outcome.Select(o => o.Rejected / 3), expected.Numbers("grad_rejected"), "gradient of the rejected");
    }
}
