using Gyre.Tensors.Autodiff;

namespace Gyre.Tensors.Tests.Onnx;

/// <summary>Says each operator of the cases in operations of the tape.</summary>
internal static class OnnxOperators
{
    /// <summary>The operators that the tape has, by the names of the case files.</summary>
    public static readonly string[] Supported =
    [
        "Attention", "Concat", "Div", "Dropout", "Erf", "Exp", "Expand", "Gather", "Gelu", "Gemm", "Identity", "LayerNormalization", "Log", "LogSoftmax", "MatMul", "Neg",
        "RMSNormalization", "ReduceMax", "ReduceMean", "ReduceSum", "Relu", "Reshape", "RotaryEmbedding", "Sigmoid", "Slice", "Softmax", "SoftmaxCrossEntropyLoss",
        "Split", "Sqrt", "Squeeze", "Sum", "SwiGLU", "Swish", "Tanh", "Transpose", "Unsqueeze", "Adam",
    ];

    /// <summary>The outputs that the tape computes, in order; null for one that it has no name for.</summary>
    public static IReadOnlyList<Tensor?> Run(Tape t, OnnxCase c)
    {
        Tensor In(int i) => c.Input(i).Rent(t.Pool);
        return c.Operator switch
        {
            "Attention" => OnnxAttention.Run(t, c),
            "Concat" => [t.Concat(Enumerable.Range(0, c.InputCount).Select(In).ToArray(), c.Integer("axis", 0))],
            "Div" => [t.Divide(In(0), In(1))],
            "Dropout" => [c.Integer("seed", -1) < 0 ? t.Contiguous(In(0)) : t.Dropout(In(0), (float)c.Input(1).Values[0], 1)],
            "Erf" => [t.Erf(In(0))],
            "Exp" => [t.Exp(In(0))],
            "Expand" => [Expand(t, In(0), c.Input(1).Integers)],
            "Gather" => [Gather(t, c, In(0))],
            "Gelu" => [t.Gelu(In(0), string.Equals(c.Word("approximate", "none"), "tanh", StringComparison.Ordinal))],
            "Gemm" => [Product(t, c)],
            "Identity" => [t.Contiguous(In(0))],
            "LayerNormalization" => Norm(t, c, (x, gain, epsilon) => t.LayerNorm(x, gain, c.Optional(2) is null ? null : t.Reshape(In(2), -1), epsilon)),
            "Log" => [t.Log(In(0))],
            "LogSoftmax" => [t.LogSoftmax(In(0), c.Integer("axis", -1))],
            "MatMul" => [MatMul(t, In(0), In(1))],
            "Neg" => [t.Negate(In(0))],
            "RMSNormalization" => Norm(t, c, (x, gain, epsilon) => t.RmsNorm(x, gain, epsilon)),
            "ReduceMax" => [Reduce(c, In(0), (x, axes, keeps) => t.Max(x, axes, keeps))],
            "ReduceMean" => [Reduce(c, In(0), (x, axes, keeps) => t.Mean(x, axes, keeps))],
            "ReduceSum" => [Reduce(c, In(0), (x, axes, keeps) => t.Sum(x, axes, keeps))],
            "Relu" => [t.Relu(In(0))],
            "Reshape" => [t.Reshape(In(0), c.Input(1).Integers.Select((s, i) => s == 0 && c.Integer("allowzero", 0) == 0 ? c.Input(0).Shape[i] : s).ToArray())],
            "RotaryEmbedding" => [Rotary(t, c)],
            "Sigmoid" => [t.Sigmoid(In(0))],
            "Slice" => [Slice(t, c)],
            "Softmax" => [t.Softmax(In(0), c.Integer("axis", -1))],
            "SoftmaxCrossEntropyLoss" => OnnxLoss.Run(t, c),
            "Split" => Split(t, c),
            "Sqrt" => [t.Sqrt(In(0))],
            "Squeeze" => [Squeeze(t, c)],
            "Sum" => [Enumerable.Range(1, c.InputCount - 1).Aggregate(In(0), (sum, i) => t.Add(sum, In(i)))],
            "SwiGLU" => [t.SwiGlu(In(0), In(1))],
            "Swish" => [t.Divide(t.Silu(t.Scale(In(0), (float)c.Number("alpha", 1))), t.Expand(Scalar(t, (float)c.Number("alpha", 1)), c.Input(0).Shape))],
            "Tanh" => [t.Tanh(In(0))],
            "Transpose" => [t.Permute(In(0), c.Integers("perm") ?? Enumerable.Range(0, c.Input(0).Shape.Length).Reverse().ToArray())],
            "Unsqueeze" => [Unsqueeze(t, c)],
            _ => throw new InvalidOperationException($"No translation for {c.Operator}."),
        };
    }

    private static Tensor Scalar(Tape t, float value)
    {
        var scalar = t.Pool.Rent(1);
        scalar.Fill(value);
        return scalar;
    }

    /// <summary>Both ways: the wanted shape may itself have sizes of 1 where the input is larger.</summary>
    private static Tensor Expand(Tape t, Tensor x, int[] shape)
    {
        var rank = Math.Max(x.Rank, shape.Length);
        int Size(ReadOnlySpan<int> s, int i) => i < rank - s.Length ? 1 : s[i - (rank - s.Length)];
        var sizes = x.Shape.ToArray();
        return t.Expand(x, Enumerable.Range(0, rank).Select(i => Math.Max(Size(sizes, i), Size(shape, i))).ToArray());
    }

    private static Tensor Gather(Tape t, OnnxCase c, Tensor data)
    {
        var axis = c.Integer("axis", 0);
        var moved = axis == 0 ? data : t.Transpose(data, 0, axis);
        var rest = moved.Shape[1..].ToArray();
        var rows = t.Embedding(t.Reshape(moved, moved.Shape[0], -1), c.Input(1).Integers);
        var result = t.Reshape(rows, [rows.Shape[0], .. rest]);
        return axis == 0 ? result : t.Transpose(result, 0, axis);
    }

    private static Tensor Product(Tape t, OnnxCase c)
    {
        var y = t.Scale(t.MatMul(c.Input(0).Rent(t.Pool), c.Input(1).Rent(t.Pool), c.Integer("transA", 0) == 1, c.Integer("transB", 0) == 1), (float)c.Number("alpha", 1));
        return c.Optional(2) is { } bias ? t.Add(y, t.Scale(bias.Rent(t.Pool), (float)c.Number("beta", 1))) : y;
    }

    private static Tensor MatMul(Tape t, Tensor a, Tensor b)
    {
        var (left, right) = (a.Rank == 1 ? t.Reshape(a, 1, -1) : a, b.Rank == 1 ? t.Reshape(b, -1, 1) : b);
        var y = t.MatMul(left, right);
        var shape = y.Shape.ToArray().ToList();
        if (b.Rank == 1)
        {
            shape.RemoveAt(shape.Count - 1);
        }

        if (a.Rank == 1)
        {
            shape.RemoveAt(shape.Count - (b.Rank == 1 ? 1 : 2));
        }

        return t.Reshape(y, shape.ToArray());
    }

    private static IReadOnlyList<Tensor?> Norm(Tape t, OnnxCase c, Func<Tensor, Tensor, float, Tensor> norm)
    {
        var (x, gain) = (c.Input(0).Rent(t.Pool), c.Input(1).Rent(t.Pool));
        var axis = c.Integer("axis", -1);
        var width = c.Input(0).Shape[(axis < 0 ? axis + x.Rank : axis)..].Aggregate(1, (a, b) => a * b);
        return [t.Reshape(norm(t.Reshape(x, -1, width), t.Reshape(gain, -1), (float)c.Number("epsilon", 1e-5)), x.Shape)];
    }

    private static Tensor Reduce(OnnxCase c, Tensor x, Func<Tensor, int[], bool, Tensor> reduce)
    {
        var axes = c.Optional(1)?.Integers ?? c.Integers("axes") ?? [];
        return axes.Length == 0 && c.Integer("noop_with_empty_axes", 0) == 1 ? x : reduce(x, axes, c.Integer("keepdims", 1) == 1);
    }

    private static Tensor Rotary(Tape t, OnnxCase c)
    {
        var x = t.Transpose(c.Input(0).Rent(t.Pool), 1, 2);
        var (cosines, sines) = (c.Input(1).Rent(t.Pool), c.Input(2).Rent(t.Pool));
        var positions = c.Optional(3)?.Integers ?? Enumerable.Range(0, x.Shape[0] * x.Shape[1]).ToArray();
        var width = cosines.Shape[^1];
        return t.Transpose(t.Rope(x, t.Reshape(cosines, -1, width), t.Reshape(sines, -1, width), positions, c.Integer("interleaved", 0) == 1), 1, 2);
    }

    private static Tensor Slice(Tape t, OnnxCase c)
    {
        var x = c.Input(0).Rent(t.Pool);
        var (starts, ends) = (c.Input(1).Integers, c.Input(2).Integers);
        var axes = c.Optional(3)?.Integers ?? Enumerable.Range(0, starts.Length).ToArray();
        var steps = c.Optional(4)?.Integers ?? Enumerable.Repeat(1, starts.Length).ToArray();
        for (var i = 0; i < axes.Length; i++)
        {
            var size = x.Shape[axes[i] < 0 ? axes[i] + x.Rank : axes[i]];
            var (low, high) = steps[i] > 0 ? (0, size) : (-1, size - 1);
            var start = Math.Clamp(starts[i] < 0 ? starts[i] + size : starts[i], 0, high);
            var end = Math.Clamp(ends[i] < 0 ? ends[i] + size : ends[i], low, size);
            var length = Math.Max(0, (end - start + steps[i] - Math.Sign(steps[i])) / steps[i]);
            x = t.Slice(x, axes[i], start, length, steps[i]);
        }

        return x;
    }

    /// <summary>Parts of the named sizes, or of equal sizes of which the last may be smaller.</summary>
    private static List<Tensor?> Split(Tape t, OnnxCase c)
    {
        var x = c.Input(0).Rent(t.Pool);
        var axis = c.Integer("axis", 0);
        var size = x.Shape[axis < 0 ? axis + x.Rank : axis];
        var count = c.Outputs.Length;
        var most = (size + count - 1) / count;
        var sizes = c.Optional(1)?.Integers ?? Enumerable.Range(0, count).Select(i => Math.Clamp(size - (i * most), 0, most)).ToArray();
        List<Tensor?> parts = [];
        var start = 0;
        foreach (var length in sizes)
        {
            parts.Add(t.Slice(x, axis, start, length));
            start += length;
        }

        start.ShouldBe(size, c.Name);
        return parts;
    }

    private static Tensor Squeeze(Tape t, OnnxCase c)
    {
        var shape = c.Input(0).Shape;
        var axes = c.Input(1).Integers.Select(a => a < 0 ? a + shape.Length : a).ToArray();
        return t.Reshape(c.Input(0).Rent(t.Pool), shape.Where((_, axis) => !axes.Contains(axis)).ToArray());
    }

    /// <summary>The axes are those of the result.</summary>
    private static Tensor Unsqueeze(Tape t, OnnxCase c)
    {
        var (shape, axes) = (c.Input(0).Shape, c.Input(1).Integers);
        var rank = shape.Length + axes.Length;
        var added = axes.Select(a => a < 0 ? a + rank : a).ToHashSet();
        var sizes = new Queue<int>(shape);
        return t.Reshape(c.Input(0).Rent(t.Pool), Enumerable.Range(0, rank).Select(axis => added.Contains(axis) ? 1 : sizes.Dequeue()).ToArray());
    }
}
