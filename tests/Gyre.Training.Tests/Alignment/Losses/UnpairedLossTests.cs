using Gyre.Contracts;
using Gyre.Training.Alignment.Losses;

namespace Gyre.Training.Tests.Alignment.Losses;

public class UnpairedLossTests
{
    [Theory]
    [InlineData("kto_w1.0_1.0", true)]
    [InlineData("kto_w1.5_0.75", true)]
    [InlineData("apo_zero_unpaired_w1.0_1.0", false)]
    public void Losses_and_gradients_equal_the_reference(string name, bool usesReferencePoint)
    {
        var golden = LossGolden.Open("kto");
        var expected = golden["cases"]![name]!;
        var options = new UnpairedLossOptions
        {
            Beta = (double)expected["beta"]!,
            DesirableWeight = (double)expected["desirable_weight"]!,
            UndesirableWeight = (double)expected["undesirable_weight"]!,
            UsesReferencePoint = usesReferencePoint,
        };
        var point = UnpairedLoss.ReferencePoint(Gains("KL"));
        LossGolden.Close([point], [(double)expected["kl"]!], "reference point");
        var answers = Gains("chosen").Select(gain => (gain, true)).Concat(Gains("rejected").Select(gain => (gain, false))).ToArray();
        var outcome = answers.Select(answer => UnpairedLoss.Compute(options, answer.gain, answer.Item2, point)).ToArray();
        LossGolden.Close(outcome.Select(o => o.Loss), expected.Numbers("losses"), "losses");
        LossGolden.Close(outcome.Select(o => o.Gradient / 6), expected.Numbers("grad_chosen").Concat(expected.Numbers("grad_rejected")), "gradients");

        double[] Gains(string which) => [.. golden.Numbers($"policy_{which}_logps").Zip(golden.Numbers($"reference_{which}_logps"), (a, b) => a - b)];
    }

    [Fact]
    public void They_equal_the_formula_written_down_again()
    {
        var random = new SeededRandom(4);
        for (var i = 0; i < 200; i++)
        {
            var (gain, z, wanted) = (4 * random.NextGaussian(), Math.Abs(random.NextGaussian()), i % 2 == 0);
            var options = new UnpairedLossOptions { Beta = 0.05 + random.NextDouble(), DesirableWeight = 1.3, UndesirableWeight = 0.7 };
            double Formula(double g) => wanted
                ? 1.3 * (1 - (1 / (1 + Math.Exp(-options.Beta * (g - z)))))
                : 0.7 * (1 - (1 / (1 + Math.Exp(-options.Beta * (z - g)))));
            var (loss, gradient) = UnpairedLoss.Compute(options, gain, wanted, z);
            loss.ShouldBe(Formula(gain), 1e-12);
            gradient.ShouldBe(LossGolden.Slope(Formula, gain), 1e-8);
        }
    }

    [Fact]
    public void The_reference_point_is_never_negative()
    {
        UnpairedLoss.ReferencePoint([-1, -3]).ShouldBe(0);
        UnpairedLoss.ReferencePoint([]).ShouldBe(0);
        UnpairedLoss.ReferencePoint([1, 2]).ShouldBe(1.5);
    }
}
