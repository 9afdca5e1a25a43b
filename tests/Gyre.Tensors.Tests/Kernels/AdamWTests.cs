using Gyre.Contracts;
using Gyre.Tensors.Kernels;
using Gyre.Tensors.Tests.Autodiff;
using Gyre.Tensors.Threading;

namespace Gyre.Tensors.Tests.Kernels;

[Trait("kernel", "true")]
public class AdamWTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(67)]
    [InlineData(20_011)]
    public void Steps_agree_with_the_twin_in_double_precision(int count)
    {
        using var team = new ThreadTeam(3);
        var random = new SeededRandom(1);
        var values = Enumerable.Range(0, count).Select(_ => (float)random.NextGaussian()).ToArray();
        var (first, second) = (new float[count], new float[count]);
        var (p, m, v) = (values.Select(x => (double)x).ToArray(), new double[count], new double[count]);
        for (var step = 1; step <= 20; step++)
        {
            var gradient = Enumerable.Range(0, count).Select(_ => (float)random.NextGaussian()).ToArray();
            AdamW.Step(team, values, gradient, first, second, new AdamWSettings { LearningRate = 0.01f, WeightDecay = 0.1f, Beta2 = 0.95f, Step = step, GradientScale = 0.5f });
            for (var i = 0; i < count; i++)
            {
                var g = gradient[i] * 0.5;
                m[i] = (0.9f * m[i]) + ((1 - (double)0.9f) * g);
                v[i] = (0.95f * v[i]) + ((1 - (double)0.95f) * g * g);
                p[i] -= 0.01f * 0.1f * p[i];
                p[i] -= 0.01f * (m[i] / (1 - Math.Pow(0.9f, step))) / (Math.Sqrt(v[i] / (1 - Math.Pow(0.95f, step))) + 1e-8f);
            }
        }

        GradientCheck.ShouldAgree("values", values, p, 2e-6);
        GradientCheck.ShouldAgree("second moments", second, v, 2e-6);
    }

    [Fact]
    public void The_team_size_changes_no_bit()
    {
        var random = new SeededRandom(2);
        var gradient = Enumerable.Range(0, 50_001).Select(_ => (float)random.NextGaussian()).ToArray();
        float[] Step(int threads)
        {
            using var team = new ThreadTeam(threads);
            var values = Enumerable.Range(0, gradient.Length).Select(i => i * 1e-3f).ToArray();
            AdamW.Step(team, values, gradient, new float[gradient.Length], new float[gradient.Length], new AdamWSettings { WeightDecay = 0.01f });
            return values;
        }

        Step(3).ShouldBe(Step(1));
    }

    [Fact]
    public void Unequal_lengths_and_step_zero_are_refused()
    {
        using var team = new ThreadTeam(1);
        Should.Throw<ArgumentException>(() => AdamW.Step(team, new float[3], new float[2], new float[3], new float[3], new AdamWSettings())).Message.ShouldContain("3 values, 2 gradients");
        Should.Throw<ArgumentOutOfRangeException>(() => AdamW.Step(team, new float[1], new float[1], new float[1], new float[1], new AdamWSettings { Step = 0 }));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(100_003)]
    public void The_sum_of_squares_is_exact_to_rounding_and_the_same_for_every_team(int count)
    {
        var values = Enumerable.Range(0, count).Select(i => (float)Math.Sin(i)).ToArray();
        double Sum(int threads)
        {
            using var team = new ThreadTeam(threads);
            return GradientNorm.SumOfSquares(team, values, new double[GradientNorm.ScratchLength(count)]);
        }

        Sum(1).ShouldBe(values.Sum(v => (double)v * v), 1e-6 * (count + 1));
        Sum(4).ShouldBe(Sum(1));
    }
}
