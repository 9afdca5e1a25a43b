using Gyre.Tensors.Autodiff;

namespace Gyre.Tensors.Tests.Autodiff;

/// <summary>An operation of the tape at fixed shapes.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Shapes">The shapes of its inputs.</param>
internal sealed record StridedCase(Func<Tape, Tensor[], Tensor> Operation, params int[][] Shapes)
{
    private static readonly int[] Small = [3, 5, 7];

    // Enough elements for the work to be split over the team.
    private static readonly int[] Large = [4, 66, 67];

    private static readonly int[] Heads = [2, 3, 4, 6];

    /// <summary>Every operation that takes tensors, by a name that says its variant.</summary>
    public static readonly IReadOnlyDictionary<string, StridedCase> ByName = new Dictionary<string, StridedCase>(StringComparer.Ordinal)
    {
        ["add"] = new((t, x) => t.Add(x[0], x[1]), Small, Small),
        ["add, large"] = new((t, x) => t.Add(x[0], x[1]), Large, Large),
        ["add, broadcast"] = new((t, x) => t.Add(x[0], x[1]), Small, [5, 1]) { Tolerance = 1e-6 },
        ["subtract"] = new((t, x) => t.Subtract(x[0], x[1]), Small, Small),
        ["subtract, broadcast"] = new((t, x) => t.Subtract(x[0], x[1]), [5, 7], Small) { Tolerance = 1e-6 },
        ["multiply"] = new((t, x) => t.Multiply(x[0], x[1]), Small, Small),
        ["multiply, large"] = new((t, x) => t.Multiply(x[0], x[1]), Large, Large),
        ["multiply, broadcast"] = new((t, x) => t.Multiply(x[0], x[1]), Small, [3, 1, 7]) { Tolerance = 1e-6 },
        ["divide"] = new((t, x) => t.Divide(x[0], x[1]), Small, Small),
        ["divide, broadcast"] = new((t, x) => t.Divide(x[0], x[1]), [1, 7], Small) { Tolerance = 1e-6 },
        ["multiply by itself"] = new((t, x) => t.Multiply(x[0], x[0]), Small),
        ["scale"] = new((t, x) => t.Scale(x[0], -2.5f), Small) { Tolerance = 1e-6 },
        ["silu"] = new((t, x) => t.Silu(x[0]), Small) { Tolerance = 1e-6 },
        ["contiguous"] = new((t, x) => t.Contiguous(x[0]), Small),
        ["reshape"] = new((t, x) => t.Scale(t.Reshape(x[0], 7, -1), 3f), Small) { Tolerance = 1e-6 },
        ["expand"] = new((t, x) => t.Expand(x[0], 4, 3, 6, 7), [3, 1, 7]) { Tolerance = 1e-6 },
        ["dropout"] = new((t, x) => t.Dropout(x[0], 0.3f, 5), Small),
        ["dropout, large"] = new((t, x) => t.Dropout(x[0], 0.3f, 5), Large),
        ["sum, all"] = new((t, x) => t.Sum(x[0]), Small) { Tolerance = 1e-6 },
        ["sum, first axis"] = new((t, x) => t.Sum(x[0], [0]), Large) { Tolerance = 1e-6 },
        ["sum, middle axis"] = new((t, x) => t.Sum(x[0], [1], keepsAxes: true), Large) { Tolerance = 1e-6 },
        ["sum, last axis"] = new((t, x) => t.Sum(x[0], [-1]), Large) { Tolerance = 1e-6 },
        ["sum, outer axes"] = new((t, x) => t.Sum(x[0], [0, 2]), Small) { Tolerance = 1e-6 },
        ["mean, middle axis"] = new((t, x) => t.Mean(x[0], [1]), Small) { Tolerance = 1e-6 },
        ["mean, last axes"] = new((t, x) => t.Mean(x[0], [1, 2]), Small) { Tolerance = 1e-6 },
        ["max, all"] = new((t, x) => t.Max(x[0]), Small),
        ["max, first axis"] = new((t, x) => t.Max(x[0], [0]), Small),
        ["max, middle axis"] = new((t, x) => t.Max(x[0], [1]), Large),
        ["max, last axis"] = new((t, x) => t.Max(x[0], [-1], keepsAxes: true), Large),
        ["softmax"] = new((t, x) => t.Softmax(x[0]), Small),
        ["softmax, middle axis"] = new((t, x) => t.Softmax(x[0], 1), Small),
        ["logarithm of softmax"] = new((t, x) => t.LogSoftmax(x[0], 0), Small),
        ["matrix product"] = new((t, x) => t.MatMul(x[0], x[1]), [5, 7], [7, 9]) { Tolerance = 1e-6 },
        ["matrix product, large"] = new((t, x) => t.MatMul(x[0], x[1]), [70, 65], [65, 130]) { Tolerance = 1e-6 },
        ["matrix product, one row"] = new((t, x) => t.MatMul(x[0], x[1]), [1, 40], [40, 33]) { Tolerance = 1e-6 },
        ["matrix product, one column"] = new((t, x) => t.MatMul(x[0], x[1]), [40, 33], [33, 1]) { Tolerance = 1e-6 },
        ["matrix product, transposed"] = new((t, x) => t.MatMul(x[0], x[1], transposesA: true, transposesB: true), [7, 5], [9, 7]) { Tolerance = 1e-6 },
        ["matrix product, batches"] = new((t, x) => t.MatMul(x[0], x[1]), [3, 2, 4, 5], [2, 5, 3]) { Tolerance = 1e-6 },
        ["linear"] = new((t, x) => t.Linear(x[0], x[1], null, x[2]), [3, 4, 6], [5, 6], [3, 4, 5]) { Tolerance = 1e-6 },
        ["root-mean-square norm"] = new((t, x) => t.RmsNorm(x[0], x[1], 0.01f), Small, [7]) { Tolerance = 1e-6 },
        ["root-mean-square norm, large"] = new((t, x) => t.RmsNorm(x[0], x[1], 0.01f), Large, [67]) { Tolerance = 1e-6 },
        ["layer norm"] = new((t, x) => t.LayerNorm(x[0], x[1], x[2], 0.01f), Small, [7], [7]) { Tolerance = 1e-6 },
        ["layer norm, large"] = new((t, x) => t.LayerNorm(x[0], x[1], x[2], 0.01f), Large, [67], [67]) { Tolerance = 1e-6 },
        ["rope"] = new((t, x) => t.Rope(x[0], Table(t, 9, 2, Math.Cos), Table(t, 9, 2, Math.Sin), [4, 0, 7, 1, 8, 2]), Heads),
        ["rope, interleaved"] = new((t, x) => t.Rope(x[0], Table(t, 9, 3, Math.Cos), Table(t, 9, 3, Math.Sin), [4, 0, 7], isInterleaved: true), Heads),
        ["attention"] = new((t, x) => t.Attention(x[0], x[1], x[2], new AttentionOptions { IsCausal = true }), Heads, [2, 3, 2, 6], [2, 3, 2, 5]) { Tolerance = 1e-6 },
        ["swiglu"] = new((t, x) => t.SwiGlu(x[0], x[1]), Small, Small),
        ["geglu"] = new((t, x) => t.GeGlu(x[0], x[1], isApproximate: false), Small, Small),
        ["geglu by tanh, large"] = new((t, x) => t.GeGlu(x[0], x[1], isApproximate: true), Large, Large),
        ["embedding"] = new((t, x) => t.Embedding(x[0], [3, 0, 3, 3, 1]), [5, 7]) { NeedsContiguousRows = true },
        ["cross-entropy"] = new((t, x) => t.CrossEntropy(x[0], [3, 0, 6, Tape.IgnoredTarget, 1], [1f, 0.5f, 2f, 9f, 1f]), [5, 7]) { Tolerance = 1e-6 },
        ["cross-entropy of batches"] = new((t, x) => t.CrossEntropy(x[0], Enumerable.Range(0, 15).Select(i => i % 7).ToArray()), Small) { Tolerance = 1e-6 },
        ["product added in place"] = new((t, x) => t.AddLinear(t.Linear(x[0], x[1]), x[2], x[3]), [3, 4, 6], [5, 6], [3, 4, 2], [5, 2]) { Tolerance = 1e-6 },
        ["head with cross-entropy"] = new((t, x) => t.LinearCrossEntropy(x[0], x[1], [3, 0, 8, Tape.IgnoredTarget, 1, 1]), [2, 3, 5], [9, 5]) { Tolerance = 1e-6 },
        ["concat, first axis"] = new((t, x) => t.Concat([x[0], x[1], x[0]], 0), Small, [2, 5, 7]),
        ["concat, last axis"] = new((t, x) => t.Concat([x[0], x[1]], -1), Small, [3, 5, 2]),
    };

    /// <summary>0 where the bits are equal. Else float32 rounding, relative to the largest: a sum goes in another order, or the gradient of a copy is rounded before it is added.</summary>
    public double Tolerance { get; init; }

    /// <summary>Whether layouts without contiguous rows are refused.</summary>
    public bool NeedsContiguousRows { get; init; }

    private static Tensor Table(Tape tape, int rows, int columns, Func<double, double> function)
    {
        // A result of the tape, so that the tape takes it back.
        var table = tape.Allocate([rows, columns]);
        table.CopyFrom(Enumerable.Range(0, rows * columns).Select(i => (float)function(i / columns * 0.3 / ((i % columns) + 1))).ToArray());
        return table;
    }
}
