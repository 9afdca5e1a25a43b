using Gyre.Contracts;
using Gyre.Tensors.Threading;
using Gyre.Training.Loop;
using Gyre.Training.Optimization;
using Gyre.Training.Recipes;

namespace Gyre.Training.Tests.Optimization;

public class MuonTests
{
    private static readonly OptimizerRecipe Options = new() { Kind = OptimizerKind.Muon, Momentum = 0.9, Decay = 0.1, ClipNorm = 1 };

    [Fact]
    public void A_layer_matrix_moves_along_its_orthogonalised_momentum()
    {
        var weights = new Drawn("model.layers.0.mlp.up_proj.weight", [20, 12], 1);
        var momentum = new double[240];
        double[] expected = [.. weights.Value.Select(value => (double)value)];
        using var team = new ThreadTeam(1);
        var optimizer = new Muon([weights.Parameter], Options, team);

        for (var step = 1; step <= 3; step++)
        {
            weights.DrawGradient((ulong)step);
            var norm = optimizer.GradientNorm();
            var direction = new float[240];
            for (var i = 0; i < 240; i++)
            {
                var g = weights.Gradient[i] / norm; // Longer than 1, so it is clipped to 1.
                momentum[i] = (0.9 * momentum[i]) + g;
                direction[i] = (float)(g + (0.9 * momentum[i]));
            }

            new Orthogonalization(240, 12).Apply(team, direction, 20, 12);
            for (var i = 0; i < 240; i++)
            {
                expected[i] = (expected[i] * (1 - (0.01 * 0.1))) - (0.01 * 0.2 * Math.Sqrt(20) * direction[i]);
            }

            optimizer.Step(step, 0.01, norm);
        }

        for (var i = 0; i < 240; i++)
        {
            ((double)weights.Value[i]).ShouldBe(expected[i], 1e-5);
        }
    }

    [Theory]
    [InlineData("model.embed_tokens.weight", 20, 12)]
    [InlineData("lm_head.weight", 20, 12)]
    [InlineData("model.norm.weight", 240, 0)]
    public void Everything_else_moves_as_adamw_moves_it(string name, int rows, int columns)
    {
        int[] shape = columns == 0 ? [rows] : [rows, columns];
        var (left, right) = (new Drawn(name, shape, 2), new Drawn(name, shape, 2));
        var layer = new Drawn("model.layers.0.mlp.up_proj.weight", [4, 4], 3);
        using var team = new ThreadTeam(1);
        var muon = new Muon([left.Parameter, layer.Parameter], Options, team);
        var adam = new AdamW([right.Parameter], Options, team);

        for (var step = 1; step <= 3; step++)
        {
            left.DrawGradient((ulong)step);
            right.DrawGradient((ulong)step);
            layer.DrawGradient(77);
            muon.Step(step, 0.01, 0.5);
            adam.Step(step, 0.01, 0.5);
        }

        left.Value.ShouldBe(right.Value);
        muon.Moments.Select(moment => moment.Name).ShouldBe(["first." + name, "second." + name, "momentum." + layer.Parameter.Name]);
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
            var matrix = new Drawn("model.layers.0.self_attn.q_proj.weight", [96, 160], 4);
            var optimizer = new Muon([matrix.Parameter], Options, team);
            for (var step = 1; step <= 3; step++)
            {
                matrix.DrawGradient((ulong)step);
                optimizer.Step(step, 1e-3, optimizer.GradientNorm());
            }

            return [.. matrix.Value.Select(BitConverter.SingleToInt32Bits)];
        }
    }

    private sealed class Drawn
    {
        private readonly int _length;

        public Drawn(string name, int[] shape, ulong seed)
        {
            _length = shape.Aggregate(1, (product, size) => product * size);
            Value = Draw(seed);
            Gradient = new float[_length];
            Parameter = new GradientParameter(name, shape, shape.Length == 2, () => Value, () => Gradient);
        }

        public float[] Value { get; }

        public float[] Gradient { get; private set; }

        public GradientParameter Parameter { get; }

        public void DrawGradient(ulong seed) => Gradient = Draw(seed + 1000);

        private float[] Draw(ulong seed)
        {
            var random = new SeededRandom(seed);
            return [.. Enumerable.Range(0, _length).Select(_ => (float)random.NextGaussian())];
        }
    }
}
