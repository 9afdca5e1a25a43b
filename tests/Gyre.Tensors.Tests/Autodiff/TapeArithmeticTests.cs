using Gyre.Tensors.Autodiff;
using Gyre.Tensors.Tests.Reference;

namespace Gyre.Tensors.Tests.Autodiff;

[Trait("kernel", "true")]
public class TapeArithmeticTests
{
    public static TheoryData<string> Functions => ["silu", "gelu", "gelu-tanh", "quick-gelu", "relu", "sigmoid", "tanh", "exp", "log", "sqrt", "erf", "negate"];

    [Theory]
    [MemberData(nameof(Functions))]
    public void Functions_agree_with_their_twins(string name)
    {
        var (operation, twin, offset) = Function(name);
        foreach (var length in new[] { 1, 15, 16, 17, 67 })
        {
            new GradientCheck { Spread = name is "log" or "sqrt" ? 0.3 : 2.0 }.Input([length], offset).Run(
                (tape, x) => operation(tape, x[0]), x => Twins.Map(x[0], twin));
        }
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void Functions_take_a_transposed_input(string name)
    {
        var (operation, twin, offset) = Function(name);
        new GradientCheck { Spread = name is "log" or "sqrt" ? 0.3 : 2.0 }.Input([3, 7], offset).Run(
            (tape, x) => operation(tape, tape.Transpose(x[0])),
            x => Enumerable.Range(0, 21).Select(i => twin(x[0][(i % 3 * 7) + (i / 3)])).ToArray());
    }

    [Theory]
    [InlineData("add")]
    [InlineData("subtract")]
    [InlineData("multiply")]
    [InlineData("divide")]
    public void Two_operands_broadcast(string name)
    {
        foreach (var (a, b) in new (int[], int[])[] { ([5], [5]), ([2, 3], [3]), ([4, 1], [1, 5]), ([1], [2, 3, 4]), ([2, 1, 3], [5, 1]), ([40, 33], [40, 33]), ([40, 33], [40, 1]) })
        {
            var shape = Broadcast(a, b);
            new GradientCheck { GradientTolerance = 2e-5 }.Input(a, 3).Input(b, 3 + (name == "divide" ? 2 : 0)).Run(
                (tape, x) => name switch { "add" => tape.Add(x[0], x[1]), "subtract" => tape.Subtract(x[0], x[1]), "multiply" => tape.Multiply(x[0], x[1]), _ => tape.Divide(x[0], x[1]) },
                x => Enumerable.Range(0, shape.Aggregate(1, (p, s) => p * s)).Select(i => (At(x[0], a, shape, i), At(x[1], b, shape, i)) is var (p, q)
                    ? name switch { "add" => p + q, "subtract" => p - q, "multiply" => p * q, _ => p / q }
                    : 0).ToArray());
        }
    }

    [Fact]
    public void One_tensor_may_be_both_operands() => new GradientCheck().Input([9]).Run(
        (tape, x) => tape.Add(tape.Multiply(x[0], x[0]), tape.Add(x[0], x[0])), x => Twins.Map(x[0], v => (v * v) + v + v));

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void MatMul_agrees_with_its_twin(bool transposesA, bool transposesB)
    {
        foreach (var (m, k, n) in new[] { (1, 1, 1), (5, 7, 3), (1, 20, 9), (17, 33, 40) })
        {
            new GradientCheck { GradientTolerance = 3e-5 }.Input(transposesA ? [k, m] : [m, k]).Input(transposesB ? [n, k] : [k, n]).Run(
                (tape, x) => tape.MatMul(x[0], x[1], transposesA, transposesB),
                x => Product(x[0], x[1], m, k, n, transposesA, transposesB));
        }
    }

    [Fact]
    public void MatMul_broadcasts_batches() => new GradientCheck { GradientTolerance = 2e-5 }.Input([3, 1, 2, 4]).Input([2, 4, 3]).Run(
        (tape, x) => tape.MatMul(x[0], x[1]),
        x => Enumerable.Range(0, 3).SelectMany(i => Enumerable.Range(0, 2).SelectMany(j =>
            Product(x[0].AsSpan(i * 8, 8).ToArray(), x[1].AsSpan(j * 12, 12).ToArray(), 2, 4, 3, false, false))).ToArray());

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 5)]
    [InlineData(20, 37)]
    public void Softmax_and_its_logarithm_agree_with_their_twins(int rows, int width)
    {
        new GradientCheck().Input([rows, width]).Run((tape, x) => tape.Softmax(x[0]), x => Twins.Softmax(x[0], width));
        new GradientCheck { GradientTolerance = 2e-5 }.Input([rows, width]).Run((tape, x) => tape.LogSoftmax(x[0]), x => Twins.Softmax(x[0], width, isLogarithmic: true));
    }

    [Fact]
    public void Softmax_over_a_middle_axis_agrees_with_the_last_axis_of_the_transpose() => new GradientCheck().Input([2, 5, 3]).Run(
        (tape, x) => tape.Transpose(tape.Softmax(x[0], 1), 1, 2),
        x => Twins.Softmax(Enumerable.Range(0, 30).Select(i => x[0][(i / 15 * 15) + (i % 5 * 3) + (i / 5 % 3)]).ToArray(), 5));

    [Fact]
    public void Equal_logits_give_uniform_weights_and_hidden_ones_none()
    {
        using var team = new Gyre.Tensors.Threading.ThreadTeam(1);
        using var pool = new TensorPool();
        using var tape = new Tape(team, pool, isRecording: false);
        using var x = pool.Rent(2, 4);
        x.CopyFrom([3f, 3f, 3f, 3f, float.NegativeInfinity, 1f, float.NegativeInfinity, 1f]);

        tape.Softmax(x).ToArray().ShouldBe([0.25f, 0.25f, 0.25f, 0.25f, 0f, 0.5f, 0f, 0.5f]);
    }

    [Theory]
    [InlineData(new[] { 0 })]
    [InlineData(new[] { 1 })]
    [InlineData(new[] { -1 })]
    [InlineData(new[] { 0, 2 })]
    [InlineData(new[] { 0, 1, 2 })]
    [InlineData(new int[0])]
    public void Sums_means_and_maxima_agree_with_their_twins(int[] axes)
    {
        int[] shape = [3, 4, 35];
        foreach (var keeps in new[] { false, true })
        {
            new GradientCheck().Input(shape).Run((tape, x) => tape.Sum(x[0], axes, keeps), x => Reduce(x[0], shape, axes, v => v.Sum()));
            new GradientCheck().Input(shape).Run((tape, x) => tape.Mean(x[0], axes, keeps), x => Reduce(x[0], shape, axes, v => v.Average()));
            new GradientCheck().Input(shape).Run((tape, x) => tape.Max(x[0], axes, keeps), x => Reduce(x[0], shape, axes, v => v.Max()));
        }
    }

    [Fact]
    public void Concat_slice_and_expand_move_gradients_to_their_places()
    {
        new GradientCheck().Input([2, 3]).Input([2, 2]).Run(
            (tape, x) => tape.Concat([x[0], x[1], x[0]], -1),
            x => [.. x[0][..3], .. x[1][..2], .. x[0][..3], .. x[0][3..], .. x[1][2..], .. x[0][3..]]);
        new GradientCheck().Input([6]).Run(
            (tape, x) => tape.Contiguous(tape.Slice(x[0], 0, 5, 3, -2)), x => [x[0][5], x[0][3], x[0][1]]);
        new GradientCheck().Input([2, 1]).Run(
            (tape, x) => tape.Expand(x[0], 3, 2, 2), x => [x[0][0], x[0][0], x[0][1], x[0][1], x[0][0], x[0][0], x[0][1], x[0][1], x[0][0], x[0][0], x[0][1], x[0][1]]);
        new GradientCheck().Input([4]).Run((tape, x) => tape.Scale(x[0], -2.5f), x => Twins.Map(x[0], v => -2.5 * v));
    }

    [Fact]
    public void Dropout_keeps_its_share_scales_it_and_uses_one_mask_both_ways()
    {
        using var team = new Gyre.Tensors.Threading.ThreadTeam(2);
        using var pool = new TensorPool();
        using var tape = new Tape(team, pool, isRecording: true);
        using var x = pool.Rent(100_000);
        x.Fill(1f);
        x.RequiresGradient = true;
        var y = tape.Dropout(x, 0.2f, 42);
        var mask = y.ToArray();
        tape.Backward(y, Enumerable.Repeat(1f, 100_000).ToArray());

        mask.Count(v => v == 0f).ShouldBeInRange(19_400, 20_600);
        mask.Where(v => v != 0f).ShouldAllBe(v => v == 1.25f);
        x.Gradient.ShouldNotBeNull().ToArray().ShouldBe(mask);
        tape.Dropout(x, 0.2f, 43).ToArray().ShouldNotBe(mask);
    }

    private static (Func<Tape, Tensor, Tensor> Operation, Func<double, double> Twin, double Offset) Function(string name) => name switch
    {
        "silu" => ((t, x) => t.Silu(x), Twins.Silu, 0),
        "gelu" => ((t, x) => t.Gelu(x, isApproximate: false), Twins.Gelu, 0),
        "gelu-tanh" => ((t, x) => t.Gelu(x, isApproximate: true), Twins.GeluTanh, 0),
        "quick-gelu" => ((t, x) => t.QuickGelu(x), x => x * Twins.Sigmoid(1.702 * x), 0),
        "relu" => ((t, x) => t.Relu(x), x => Math.Max(x, 0), 0),
        "sigmoid" => ((t, x) => t.Sigmoid(x), Twins.Sigmoid, 0),
        "tanh" => ((t, x) => t.Tanh(x), Math.Tanh, 0),
        "exp" => ((t, x) => t.Exp(x), Math.Exp, 0),
        "log" => ((t, x) => t.Log(x), Math.Log, 3),
        "sqrt" => ((t, x) => t.Sqrt(x), Math.Sqrt, 3),
        "erf" => ((t, x) => t.Erf(x), Twins.Erf, 0),
        _ => ((t, x) => t.Negate(x), x => -x, 0),
    };

    private static double[] Product(double[] a, double[] b, int m, int k, int n, bool transposesA, bool transposesB)
    {
        var y = new double[m * n];
        for (var i = 0; i < m; i++)
        {
            for (var j = 0; j < n; j++)
            {
                for (var p = 0; p < k; p++)
                {
                    y[(i * n) + j] += a[transposesA ? (p * m) + i : (i * k) + p] * b[transposesB ? (j * k) + p : (p * n) + j];
                }
            }
        }

        return y;
    }

    private static int[] Broadcast(int[] a, int[] b)
    {
        var rank = Math.Max(a.Length, b.Length);
        return Enumerable.Range(0, rank).Select(i => Math.Max(Size(a, i - rank), Size(b, i - rank))).ToArray();

        static int Size(int[] shape, int fromEnd) => shape.Length + fromEnd < 0 ? 1 : shape[shape.Length + fromEnd];
    }

    private static double At(double[] x, int[] shape, int[] to, int index)
    {
        var (offset, stride) = (0, 1);
        for (var axis = 1; axis <= to.Length; axis++)
        {
            var i = index % to[^axis];
            index /= to[^axis];
            if (axis <= shape.Length)
            {
                offset += shape[^axis] == 1 ? 0 : i * stride;
                stride *= shape[^axis];
            }
        }

        return x[offset];
    }

    private static double[] Reduce(double[] x, int[] shape, int[] axes, Func<List<double>, double> f)
    {
        var gone = axes.Length == 0 ? [0, 1, 2] : axes.Select(a => (a + 3) % 3).ToArray();
        return x.Select((v, i) => (v, key: string.Join(',', new[] { i / (shape[1] * shape[2]), i / shape[2] % shape[1], i % shape[2] }.Where((_, axis) => !gone.Contains(axis)))))
            .GroupBy(p => p.key, StringComparer.Ordinal).Select(g => f(g.Select(p => p.v).ToList())).ToArray();
    }
}
