using Gyre.Tensors.Autodiff;
using Gyre.Tensors.Quantization;
using Gyre.Tensors.Threading;

namespace Gyre.Tensors.Tests.Quantization;

[Trait("kernel", "true")]
public sealed unsafe class FrozenMatrixTests : IDisposable
{
    private readonly TensorPool _pool = new();

    /// <summary>The published levels, to the digits that are published, and their order in a byte.</summary>
    [Fact]
    public void Every_level_of_a_block_is_kept_exactly()
    {
        double[] published = [-1, -.6961928, -.5250731, -.3949175, -.2844414, -.1847734, -.0910500, 0, .0795803, .1609302, .2461123, .3379152, .4407098, .5626170, .7229568, 1];
        NormalFloat.Levels.Length.ShouldBe(16);
        for (var i = 0; i < 16; i++)
        {
            ((double)NormalFloat.Levels[i]).ShouldBe(published[i], 6e-8);
        }

        float[] row = [.. NormalFloat.Levels.Select(level => level * 3)];
        Decoded(FrozenFormat.NF4, row, 1, 16).ShouldBe(row);
        var codes = new byte[8];
        NormalFloat.Encode(row, codes, new float[1]);
        codes.ShouldBe(new byte[] { 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef });
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 63)]
    [InlineData(5, 64)]
    [InlineData(7, 129)]
    [InlineData(2, 4099)]
    public void Each_number_becomes_the_nearest_level_of_its_block(int rows, int columns)
    {
        var values = Normal(rows * columns, 3);
        var decoded = Decoded(FrozenFormat.NF4, values, rows, columns);
        for (var i = 0; i < values.Length; i++)
        {
            var (row, column) = Math.DivRem(i, columns);
            var first = (row * columns) + (column / 64 * 64);
            var scale = values[first..((row * columns) + Math.Min(columns, (column / 64 * 64) + 64))].Max(Math.Abs);
            var nearest = NormalFloat.Levels.Min(level => Math.Abs(((double)level * scale) - values[i]));
            Math.Abs((double)decoded[i] - values[i]).ShouldBe(nearest, 1e-6);
        }
    }

    /// <summary>Normal numbers in 4 bits: a relative error of about a tenth; scales in 8 bits add almost nothing.</summary>
    [Theory]
    [InlineData(FrozenFormat.BF16, 0.0025, 2.0)]
    [InlineData(FrozenFormat.NF4, 0.10, 0.5625)]
    [InlineData(FrozenFormat.NF4DoubleQuantised, 0.10, 0.5161)]
    public void Errors_and_memory_are_those_of_the_format(FrozenFormat format, double error, double bytes)
    {
        var (rows, columns) = (256, 1024);
        var values = Normal(rows * columns, 4);
        using var matrix = new FrozenMatrix(format, values, rows, columns, _pool);
        ((double)matrix.Bytes / values.Length).ShouldBe(bytes, 1e-3);
        foreach (var (height, width) in new[] { (rows, columns), (3, 65), (1, 1), (7, 64) })
        {
            using var other = new FrozenMatrix(format, Normal(height * width, 4), height, width, _pool);
            FrozenMatrix.BytesOf(format, height, width).ShouldBe(other.Bytes);
        }

        var decoded = Decoded(format, values, rows, columns);
        var relative = Math.Sqrt(values.Zip(decoded, (a, b) => ((double)a - b) * (a - b)).Sum() / values.Sum(value => (double)value * value));
        relative.ShouldBeLessThan(error);
        relative.ShouldBeGreaterThan(error / 3);
    }

    [Theory]
    [InlineData(FrozenFormat.BF16)]
    [InlineData(FrozenFormat.NF4)]
    [InlineData(FrozenFormat.NF4DoubleQuantised)]
    public void Products_rows_and_losses_are_those_of_the_decoded_matrix(FrozenFormat format)
    {
        var (rows, columns, tokens) = (2100, 640, 9); // Two panels.
        var values = Normal(rows * columns, 5);
        using var matrix = new FrozenMatrix(format, values, rows, columns, _pool);
        using var plain = _pool.Rent(rows, columns);
        plain.CopyFrom(Decoded(format, values, rows, columns));
        using var x = _pool.Rent(tokens, columns);
        x.CopyFrom(Normal(tokens * columns, 6));
        x.RequiresGradient = true;
        int[] targets = [0, 5, 2099, Tape.IgnoredTarget, 7, 1000, 1001, 1700, 3];
        float[]? bits = null;
        foreach (var threads in new[] { 1, 2, 3 })
        {
            using var team = new ThreadTeam(threads);
            var (own, ownSlopes) = Run(team, tape => (tape.Linear(x, matrix), tape.LinearCrossEntropy(x, matrix, targets), tape.Embedding(matrix, [2099, 0, 2099])));
            var (expected, slopes) = Run(team, tape => (tape.Linear(x, plain), tape.LinearCrossEntropy(x, plain, targets), tape.Embedding(plain, [2099, 0, 2099])));
            for (var i = 0; i < own.Length; i++)
            {
                own[i].ShouldBe(expected[i], 2e-4f);
            }

            for (var i = 0; i < ownSlopes.Length; i++)
            {
                ownSlopes[i].ShouldBe(slopes[i], 2e-3f);
            }

            (bits ??= [.. own, .. ownSlopes]).ShouldBe([.. own, .. ownSlopes]);
        }

        (float[] Results, float[] Slopes) Run(ThreadTeam team, Func<Tape, (Tensor Product, Tensor Loss, Tensor Rows)> compute)
        {
            using var tape = new Tape(team, _pool, isRecording: true);
            var (product, loss, gathered) = compute(tape);
            tape.Backward(tape.Add(loss, tape.Scale(tape.Sum(tape.Multiply(product, product)), 1e-3f)));
            var slopes = x.Gradient!.ToArray();
            x.ZeroGradient();
            return ([.. product.ToArray(), loss.Span[0], .. gathered.ToArray()], slopes);
        }
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_named()
    {
        using var team = new ThreadTeam(1);
        using var tape = new Tape(team, _pool, isRecording: false);
        using var matrix = new FrozenMatrix(FrozenFormat.NF4, new float[12], 3, 4, _pool);
        using var x = _pool.Rent(2, 3);
        Should.Throw<ArgumentException>(() => tape.Linear(x, matrix)).Message.ShouldContain("3 × 4");
        Should.Throw<ArgumentException>(() => tape.LinearCrossEntropy(x, matrix, [0, 1])).Message.ShouldContain("3 × 4");
        Should.Throw<ArgumentOutOfRangeException>(() => tape.Embedding(matrix, [3])).Message.ShouldContain("0 to 2");
        Should.Throw<ArgumentException>(() => new FrozenMatrix(FrozenFormat.NF4, new float[11], 3, 4, _pool)).Message.ShouldContain("3 × 4");
    }

    public void Dispose() => _pool.Dispose();

    private static float[] Normal(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())))];
    }

    private float[] Decoded(FrozenFormat format, float[] values, int rows, int columns)
    {
        using var matrix = new FrozenMatrix(format, values, rows, columns, _pool);
        var decoded = new float[values.Length];
        fixed (float* to = decoded)
        {
            matrix.CopyRows(0, rows, to);
        }

        return decoded;
    }
}
