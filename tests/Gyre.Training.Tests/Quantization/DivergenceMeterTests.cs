using Gyre.Training.Quantization;

namespace Gyre.Training.Tests.Quantization;

public class DivergenceMeterTests
{
    [Fact]
    public void The_same_logits_do_not_diverge()
    {
        float[] logits = [1, -2, 3.5f, 0];

        var score = DivergenceMeter.Compare(logits, logits, 1);

        score.Divergence.ShouldBe(0);
        score.IsSameTop.ShouldBeTrue();
        score.Before.ShouldBe(score.After);
    }

    [Fact]
    public void Divergence_and_cost_are_those_of_the_definition()
    {
        // Distributions (0.5, 0.25, 0.25) and (0.25, 0.5, 0.25), as logits with a constant added.
        float[] before = [Log(0.5) + 3, Log(0.25) + 3, Log(0.25) + 3];
        float[] after = [Log(0.25) - 7, Log(0.5) - 7, Log(0.25) - 7];

        var score = DivergenceMeter.Compare(before, after, 0);

        score.Divergence.ShouldBe((0.5 * Math.Log(2)) - (0.25 * Math.Log(2)), 1e-6);
        score.Before.ShouldBe(Math.Log(2), 1e-6);
        score.After.ShouldBe(Math.Log(4), 1e-6);
        score.IsSameTop.ShouldBeFalse();
    }

    [Fact]
    public void Large_logits_do_not_overflow()
    {
        var score = DivergenceMeter.Compare([1e4f, 0], [1e4f, 9e3f], 1);

        score.Before.ShouldBe(1e4, 1e-6);
        double.IsFinite(score.Divergence).ShouldBeTrue();
    }

    private static float Log(double probability) => (float)Math.Log(probability);
}
