using Gyre.Tensors.Autodiff;
using Gyre.Tensors.Threading;

namespace Gyre.Tensors.Tests.Autodiff;

/// <summary>Operations on tensors without elements: a result where one has a meaning, else a message that says so.</summary>
[Trait("kernel", "true")]
public sealed class TapeEmptyTests : IDisposable
{
    private readonly ThreadTeam _team = new(2);
    private readonly TensorPool _pool = new();
    private readonly Tape _tape;

    public TapeEmptyTests() => _tape = new Tape(_team, _pool, isRecording: true);

    public static TheoryData<string> Cases => [.. Table.Keys];

    /// <summary>The operation, its inputs' shapes, and the shape of its result, which holds no elements or zeros.</summary>
    private static Dictionary<string, (Func<Tape, Tensor[], Tensor> Operation, int[][] Inputs, int[] Result)> Table { get; } = new(StringComparer.Ordinal)
    {
        ["add"] = ((t, x) => t.Add(x[0], x[1]), [[2, 0, 3], [2, 0, 3]], [2, 0, 3]),
        ["subtract, broadcast"] = ((t, x) => t.Subtract(x[0], x[1]), [[0, 3], [1, 3]], [0, 3]),
        ["multiply, broadcast"] = ((t, x) => t.Multiply(x[0], x[1]), [[4, 1], [4, 0]], [4, 0]),
        ["divide, broadcast"] = ((t, x) => t.Divide(x[0], x[1]), [[2, 0, 3], [3]], [2, 0, 3]),
        ["scale"] = ((t, x) => t.Scale(x[0], 2f), [[0]], [0]),
        ["contiguous"] = ((t, x) => t.Contiguous(t.Transpose(x[0])), [[0, 3]], [3, 0]),
        ["silu"] = ((t, x) => t.Silu(x[0]), [[3, 0]], [3, 0]),
        ["exp"] = ((t, x) => t.Exp(x[0]), [[0, 2]], [0, 2]),
        ["dropout"] = ((t, x) => t.Dropout(x[0], 0.5f, 1), [[0, 4]], [0, 4]),
        ["reshape"] = ((t, x) => t.Reshape(x[0], -1, 6), [[0, 2, 3]], [0, 6]),
        ["permute"] = ((t, x) => t.Contiguous(t.Permute(x[0], 2, 0, 1)), [[2, 0, 3]], [3, 2, 0]),
        ["slice of length 0"] = ((t, x) => t.Contiguous(t.Slice(x[0], 0, 5, 0)), [[5, 3]], [0, 3]),
        ["slice of nothing"] = ((t, x) => t.Contiguous(t.Slice(x[0], 1, 0, 0)), [[3, 0]], [3, 0]),
        ["expand"] = ((t, x) => t.Expand(x[0], 0, 3), [[1, 3]], [0, 3]),
        ["concat"] = ((t, x) => t.Concat([x[0], x[1]], 0), [[0, 3], [0, 3]], [0, 3]),
        ["sum, all"] = ((t, x) => t.Sum(x[0]), [[2, 0]], []),
        ["sum, the empty axis"] = ((t, x) => t.Sum(x[0], [1]), [[2, 0, 3]], [2, 3]),
        ["sum, another axis"] = ((t, x) => t.Sum(x[0], [0], keepsAxes: true), [[2, 0, 3]], [1, 0, 3]),
        ["mean, another axis"] = ((t, x) => t.Mean(x[0], [2]), [[2, 0, 3]], [2, 0]),
        ["max, another axis"] = ((t, x) => t.Max(x[0], [0]), [[2, 0, 3]], [0, 3]),
        ["softmax of no rows"] = ((t, x) => t.Softmax(x[0]), [[0, 4]], [0, 4]),
        ["softmax of empty rows"] = ((t, x) => t.Softmax(x[0]), [[4, 0]], [4, 0]),
        ["logarithm of softmax over an empty axis"] = ((t, x) => t.LogSoftmax(x[0], 1), [[2, 0, 3]], [2, 0, 3]),
        ["matrix product, inner 0"] = ((t, x) => t.MatMul(x[0], x[1]), [[3, 0], [0, 4]], [3, 4]),
        ["matrix product, one row, inner 0"] = ((t, x) => t.MatMul(x[0], x[1]), [[1, 0], [0, 40]], [1, 40]),
        ["matrix product, no rows"] = ((t, x) => t.MatMul(x[0], x[1]), [[0, 3], [3, 4]], [0, 4]),
        ["matrix product, no columns"] = ((t, x) => t.MatMul(x[0], x[1]), [[5, 3], [3, 0]], [5, 0]),
        ["matrix product, no batches"] = ((t, x) => t.MatMul(x[0], x[1]), [[0, 2, 3], [1, 3, 4]], [0, 2, 4]),
        ["matrix product, batches, inner 0"] = ((t, x) => t.MatMul(x[0], x[1], transposesB: true), [[2, 2, 0], [5, 0]], [2, 2, 5]),
        ["linear of no rows"] = ((t, x) => t.Linear(x[0], x[1]), [[2, 0, 3], [4, 3]], [2, 0, 4]),
        ["linear, inner 0"] = ((t, x) => t.Linear(x[0], x[1]), [[2, 3, 0], [4, 0]], [2, 3, 4]),
        ["product added to no rows"] = ((t, x) => t.AddLinear(t.Linear(x[0], x[1]), x[2], x[3]), [[0, 3], [4, 3], [0, 2], [4, 2]], [0, 4]),
        ["linear of no rows, with a bias"] = ((t, x) => t.Linear(x[0], x[1], x[2]), [[0, 3], [4, 3], [4]], [0, 4]),
        ["root-mean-square norm of no rows"] = ((t, x) => t.RmsNorm(x[0], x[1], 0.1f), [[2, 0, 5], [5]], [2, 0, 5]),
        ["layer norm of no rows"] = ((t, x) => t.LayerNorm(x[0], x[1], x[2], 0.1f), [[0, 5], [5], [5]], [0, 5]),
        ["layer norm of empty rows"] = ((t, x) => t.LayerNorm(x[0], x[1], x[2], 0.1f), [[3, 0], [0], [0]], [3, 0]),
        ["rope of no tokens"] = ((t, x) => t.Rope(x[0], t.Reshape(x[1], 1, 2), t.Reshape(x[1], 1, 2), []), [[2, 0, 3, 4], [2]], [2, 0, 3, 4]),
        ["rope of no batches"] = ((t, x) => t.Rope(x[0], t.Reshape(x[1], 1, 2), t.Reshape(x[1], 1, 2), [0, 0]), [[0, 2, 3, 4], [2]], [0, 2, 3, 4]),
        ["attention of no queries"] = ((t, x) => t.Attention(x[0], x[1], x[2], new AttentionOptions()), [[1, 0, 2, 4], [1, 3, 2, 4], [1, 3, 2, 4]], [1, 0, 2, 4]),
        ["attention of no keys"] = ((t, x) => t.Attention(x[0], x[1], x[2], new AttentionOptions()), [[1, 3, 2, 4], [1, 0, 2, 4], [1, 0, 2, 4]], [1, 3, 2, 4]),
        ["swiglu"] = ((t, x) => t.SwiGlu(x[0], x[1]), [[3, 0], [3, 0]], [3, 0]),
        ["geglu"] = ((t, x) => t.GeGlu(x[0], x[1], isApproximate: true), [[0, 3], [0, 3]], [0, 3]),
        ["embedding of no ids"] = ((t, x) => t.Embedding(x[0], []), [[5, 3]], [0, 3]),
        ["embedding of no ids in an empty table"] = ((t, x) => t.Embedding(x[0], []), [[0, 3]], [0, 3]),
        ["cross-entropy of no rows with a divisor"] = ((t, x) => t.CrossEntropy(x[0], [], default, 3.0), [[0, 7]], []),
        ["cross-entropy of ignored rows with a divisor"] = ((t, x) => t.CrossEntropy(x[0], [Tape.IgnoredTarget, Tape.IgnoredTarget], default, 3.0), [[2, 7]], []),
        ["head with cross-entropy of no rows with a divisor"] = ((t, x) => t.LinearCrossEntropy(x[0], x[1], [], default, 3.0), [[0, 5], [7, 5]], []),
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Nothing_gives_nothing_or_zeros_and_no_gradient(string name)
    {
        var (operation, shapes, expected) = Table[name];
        var inputs = shapes.Select((shape, i) => Filled(shape, 3f + i)).ToArray();
        foreach (var input in inputs)
        {
            input.RequiresGradient = true;
        }

        for (var pass = 0; pass < 2; pass++)
        {
            // Memory that the pool gives again holds other numbers than zeros.
            Filled([64], float.NaN).Dispose();
            var y = operation(_tape, inputs);
            y.Shape.ToArray().ShouldBe(expected);
            y.ToArray().ShouldAllBe(v => v == 0f);
            _tape.Backward(y, Enumerable.Repeat(1f, (int)y.Length).ToArray());
            _tape.Reset();
        }

        foreach (var input in inputs.Where(input => input.Gradient is not null))
        {
            input.Gradient.ShouldNotBeNull().Shape.ToArray().ShouldBe(input.Shape.ToArray());
            input.Gradient.ToArray().ShouldAllBe(v => v == 0f);
        }
    }

    /// <summary>Guards against taking the strides of 0 beside an axis of size 0 for repeated elements.</summary>
    [Fact]
    public void A_view_without_elements_repeats_none()
    {
        var x = Filled([3, 0], 1f);
        x.RequiresGradient = true;
        var y = _tape.Transpose(_tape.Scale(x, 2f));
        y.Strides.Contains(0).ShouldBeTrue();
        _tape.Backward(y, []);

        x.Gradient.ShouldNotBeNull().Shape.ToArray().ShouldBe([3, 0]);
    }

    [Fact]
    public void Concat_passes_over_empty_parts()
    {
        var (a, b, c) = (Filled([2, 0], 1f), Filled([2, 3], 2f), Filled([2, 0], 3f));
        b.RequiresGradient = a.RequiresGradient = true;
        var y = _tape.Concat([a, b, c], 1);
        y.ToArray().ShouldBe([2f, 2f, 2f, 2f, 2f, 2f]);
        _tape.Backward(y, [1f, 2f, 3f, 4f, 5f, 6f]);

        b.Gradient.ShouldNotBeNull().ToArray().ShouldBe([1f, 2f, 3f, 4f, 5f, 6f]);
        a.Gradient.ShouldNotBeNull().Length.ShouldBe(0);
    }

    [Fact]
    public void Linear_with_inner_length_0_gives_its_bias_and_residual()
    {
        var y = _tape.Linear(Filled([2, 0], 1f), Filled([3, 0], 1f), Filled([3], 4f), Filled([2, 3], 5f));

        y.ToArray().ShouldBe([9f, 9f, 9f, 9f, 9f, 9f]);
    }

    [Fact]
    public void The_largest_of_nothing_is_minus_infinity()
    {
        _tape.Max(Filled([0], 1f)).ToArray().ShouldBe([float.NegativeInfinity]);
        _tape.Max(Filled([2, 0, 2], 1f), [1]).ToArray().ShouldAllBe(v => v == float.NegativeInfinity);
        var x = Filled([3, 0], 1f);
        x.RequiresGradient = true;
        _tape.Backward(_tape.Max(x, [1]), [1f, 1f, 1f]);
        x.Gradient.ShouldNotBeNull().Length.ShouldBe(0);
    }

    [Fact]
    public void Nothing_has_no_mean()
    {
        Should.Throw<ArgumentException>(() => _tape.Mean(Filled([2, 0], 1f))).Message.ShouldContain("Mean: found no elements to average in the shape [2, 0]");
        Should.Throw<ArgumentException>(() => _tape.Mean(Filled([2, 0], 1f), [1])).Message.ShouldContain("at least one");
    }

    [Fact]
    public void A_loss_of_no_rows_needs_a_divisor()
    {
        Should.Throw<ArgumentException>(() => _tape.CrossEntropy(Filled([0, 5], 1f), [])).Message.ShouldContain("Give a divisor");
        Should.Throw<ArgumentException>(() => _tape.CrossEntropy(Filled([1, 5], 1f), [Tape.IgnoredTarget])).Message.ShouldContain("Give a divisor");
        Should.Throw<ArgumentException>(() => _tape.LinearCrossEntropy(Filled([0, 5], 1f), Filled([4, 5], 1f), [])).Message.ShouldContain("Give a divisor");
    }

    [Fact]
    public void No_classes_have_no_target() =>
        Should.Throw<ArgumentOutOfRangeException>(() => _tape.CrossEntropy(Filled([2, 0], 1f), [0, 0])).Message.ShouldContain("found target 0 at row 0");

    [Fact]
    public void An_empty_table_has_no_row() =>
        Should.Throw<ArgumentOutOfRangeException>(() => _tape.Embedding(Filled([0, 5], 1f), [0])).Message.ShouldContain("found row 0 at position 0");

    [Fact]
    public void A_slice_of_nothing_has_no_elements() =>
        Should.Throw<ArgumentOutOfRangeException>(() => _tape.Slice(Filled([2, 0], 1f), 1, 0, 1)).Message.ShouldContain("found start 0, length 1");

    public void Dispose()
    {
        _tape.Dispose();
        _pool.Dispose();
        _team.Dispose();
    }

    private Tensor Filled(int[] shape, float value)
    {
        var tensor = _pool.Rent(shape);
        tensor.Fill(value);
        return tensor;
    }
}
