using Gyre.Contracts;
using Gyre.Tensors.Autodiff;
using Gyre.Tensors.Threading;

namespace Gyre.Tensors.Tests.Autodiff;

/// <summary>
/// Holds an operation against its twin in double precision: the result, the gradient of a random weighting of the
/// result (by central differences of the twin), and the same bits on one and on three threads.
/// </summary>
internal sealed class GradientCheck
{
    private const double Step = 1e-4;
    private const int MostDifferences = 60;

    private readonly List<int[]> _shapes = [];
    private readonly List<double> _offsets = [];

    /// <summary>Largest error of a result, relative to the largest result: float32 rounding through sums of some tens of terms.</summary>
    public double ResultTolerance { get; init; } = 3e-6;

    /// <summary>Largest error of a gradient, relative to the largest: rounding, and the error of the differences (about 1e-8).</summary>
    public double GradientTolerance { get; init; } = 1e-5;

    public double Spread { get; init; } = 1.0;

    /// <summary>Adds an input of standard normal values, times <see cref="Spread"/>, plus an offset.</summary>
    public GradientCheck Input(int[] shape, double offset = 0.0)
    {
        _shapes.Add(shape);
        _offsets.Add(offset);
        return this;
    }

    public void Run(Func<Tape, Tensor[], Tensor> operation, Func<double[][], double[]> twin)
    {
        var random = new SeededRandom(7);
        var values = _shapes.Select((shape, i) => Enumerable.Range(0, shape.Aggregate(1, (a, b) => a * b))
            .Select(_ => (float)((random.NextGaussian() * Spread) + _offsets[i])).ToArray()).ToArray();
        var (result, gradients, weights) = Compute(operation, values, threads: 1);
        var (result3, gradients3, _) = Compute(operation, values, threads: 3);
        result3.ShouldBe(result);
        for (var i = 0; i < gradients.Length; i++)
        {
            gradients3[i].ShouldBe(gradients[i]);
        }

        var inputs = values.Select(v => v.Select(x => (double)x).ToArray()).ToArray();
        ShouldAgree("result", result, twin(inputs), ResultTolerance);
        for (var i = 0; i < inputs.Length; i++)
        {
            // Differences at evenly spread places; between them the gradient only has to be finite.
            var expected = gradients[i].Select(g => (double)g).ToArray();
            var stride = Math.Max(1, expected.Length / MostDifferences);
            for (var j = 0; j < expected.Length; j += stride)
            {
                var x = inputs[i][j];
                inputs[i][j] = x + Step;
                var up = Weigh(twin(inputs), weights);
                inputs[i][j] = x - Step;
                var down = Weigh(twin(inputs), weights);
                inputs[i][j] = x;
                expected[j] = (up - down) / (2 * Step);
            }

            expected.ShouldAllBe(g => double.IsFinite(g));

            ShouldAgree($"gradient of input {i}", gradients[i], expected, GradientTolerance);
        }
    }

    public static void ShouldAgree(string what, float[] actual, double[] expected, double tolerance)
    {
        actual.Length.ShouldBe(expected.Length, what);
        var largest = Math.Max(1.0, expected.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0.0).Max());
        for (var i = 0; i < actual.Length; i++)
        {
            if (double.IsFinite(expected[i]))
            {
                ((double)actual[i]).ShouldBe(expected[i], tolerance * largest, $"{what}, element {i}");
            }
            else
            {
                ((double)actual[i]).ShouldBe(expected[i], $"{what}, element {i}");
            }
        }
    }

    private (float[] Result, float[][] Gradients, float[] Weights) Compute(Func<Tape, Tensor[], Tensor> operation, float[][] values, int threads)
    {
        using var team = new ThreadTeam(threads);
        using var pool = new TensorPool();
        using var tape = new Tape(team, pool, isRecording: true);
        var inputs = values.Select((v, i) =>
        {
            var tensor = pool.Rent(_shapes[i]);
            tensor.CopyFrom(v);
            tensor.RequiresGradient = true;
            return tensor;
        }).ToArray();
        var random = new SeededRandom(11);
        float[] result = [];
        float[] weights = [];

        // Twice, because the second contribution to a gradient is added and the first is not.
        for (var pass = 0; pass < 2; pass++)
        {
            var output = operation(tape, inputs);
            result = output.ToArray();
            weights = pass == 0 ? result.Select(_ => (float)random.NextGaussian() / 2).ToArray() : weights;
            tape.Backward(output, weights);
            tape.Reset();
        }

        pool.RentedBytes.ShouldBe(RentedBy(inputs), "the tape must give back all it rented");
        var gradients = inputs.Select(t => t.Gradient.ShouldNotBeNull("no gradient arrived").ToArray()).ToArray();
        foreach (var input in inputs)
        {
            input.Dispose();
        }

        return (result, gradients, weights.Select(w => 2 * w).ToArray());
    }

    private static long RentedBy(Tensor[] tensors)
    {
        using var pool = new TensorPool();
        foreach (var tensor in tensors)
        {
            pool.Rent(tensor.Shape);
            pool.Rent(tensor.Shape);
        }

        return pool.RentedBytes;
    }

    private static double Weigh(double[] result, float[] weights)
    {
        var sum = 0.0;
        for (var i = 0; i < result.Length; i++)
        {
            sum += result[i] * weights[i];
        }

        return sum;
    }
}
