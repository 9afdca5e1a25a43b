using Gyre.Contracts;
using Gyre.Tensors.Threading;
using Gyre.Training.Loop;
using Gyre.Training.Optimization;
using Gyre.Training.Recipes;

namespace Gyre.Training.Tests.Optimization;

public class AdamWTests
{
    private const int Length = 40_000; // several blocks

    [Theory]
    [InlineData(0.0)]
    [InlineData(1.0)]
    public void Twenty_steps_follow_the_papers_algorithm_in_double_precision(double clip)
    {
        var options = new OptimizerRecipe { Beta1 = 0.9, Beta2 = 0.99, Epsilon = 1e-8, Decay = 0.1, ClipNorm = clip };
        var (decaying, plain) = (new Array(1), new Array(2));
        double[][] weights = [[.. decaying.Value.Select(x => (double)x)], [.. plain.Value.Select(x => (double)x)]];
        double[][] first = [new double[Length], new double[Length]];
        double[][] second = [new double[Length], new double[Length]];
        using var team = new ThreadTeam(1);
        var optimizer = new AdamW([decaying.AsParameter("a", decays: true), plain.AsParameter("b", decays: false)], options, team);

        for (var step = 1; step <= 20; step++)
        {
            decaying.DrawGradient((ulong)step);
            plain.DrawGradient((ulong)step + 100);
            var rate = 0.01 / step;
            var norm = Math.Sqrt(decaying.Gradient.Concat(plain.Gradient).Sum(x => (double)x * x));
            var measured = optimizer.GradientNorm();
            measured.ShouldBe(norm, norm * 1e-7);
            optimizer.Step(step, rate, measured);

            var scale = clip > 0 ? Math.Min(1, clip / norm) : 1;
            foreach (var (p, array) in new[] { (0, decaying), (1, plain) })
            {
                for (var i = 0; i < Length; i++)
                {
                    var g = array.Gradient[i] * scale;
                    first[p][i] = (0.9 * first[p][i]) + (0.1 * g);
                    second[p][i] = (0.99 * second[p][i]) + (0.01 * g * g);
                    weights[p][i] -= rate * (p == 0 ? 0.1 : 0) * weights[p][i];
                    weights[p][i] -= rate * (first[p][i] / (1 - Math.Pow(0.9, step))) / (Math.Sqrt(second[p][i] / (1 - Math.Pow(0.99, step))) + 1e-8);
                }
            }
        }

        for (var i = 0; i < Length; i++)
        {
            ((double)decaying.Value[i]).ShouldBe(weights[0][i], 2e-6);
            ((double)plain.Value[i]).ShouldBe(weights[1][i], 2e-6);
        }
    }

    [Fact]
    public void Any_number_of_threads_gives_the_same_bits()
    {
        var expected = Run(1);

        Run(2).ShouldBe(expected);
        Run(5).ShouldBe(expected);

        static int[] Run(int threads)
        {
            using var team = new ThreadTeam(threads);
            var array = new Array(3);
            var optimizer = new AdamW([array.AsParameter("a", decays: true)], new OptimizerRecipe(), team);
            for (var step = 1; step <= 3; step++)
            {
                array.DrawGradient((ulong)step);
                optimizer.Step(step, 1e-3, optimizer.GradientNorm());
            }

            return [.. array.Value.Select(BitConverter.SingleToInt32Bits)];
        }
    }

    private sealed class Array(ulong seed)
    {
        public float[] Value { get; } = Draw(seed);

        public float[] Gradient { get; private set; } = new float[Length];

        public void DrawGradient(ulong gradientSeed) => Gradient = Draw(gradientSeed + 1000);

        public GradientParameter AsParameter(string name, bool decays) => new(name, [Length / 100, 100], decays, () => Value, () => Gradient);

        private static float[] Draw(ulong seed)
        {
            var random = new SeededRandom(seed);
            return [.. Enumerable.Range(0, Length).Select(_ => (float)random.NextGaussian())];
        }
    }
}
