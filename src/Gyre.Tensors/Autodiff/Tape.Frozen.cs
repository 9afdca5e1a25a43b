using Gyre.Tensors.Autodiff.Operations;
using Gyre.Tensors.Quantization;

namespace Gyre.Tensors.Autodiff;

/// <content>Layers over matrices that are kept encoded and not trained.</content>
public sealed unsafe partial class Tape
{
    /// <summary>x·Wᵀ with an encoded matrix, decoded some rows at a time, in the forward and in the backward pass.</summary>
    /// <param name="x">[…, in].</param>
    /// <param name="weight">[out, in].</param>
    /// <remarks><b>Shape</b>: […, in] → […, out]. <b>Cost</b>: 4 MiB of decoded numbers at once.</remarks>
    public Tensor Linear(Tensor x, FrozenMatrix weight)
    {
        ArgumentNullException.ThrowIfNull(weight);
        x = AsRows(x);
        if (x.Rank == 0 || x.Shape[^1] != weight.Columns)
        {
            throw new ArgumentException($"Linear: found an input of shape {x} and an encoded weight of {weight.Rows} × {weight.Columns}, expected […, in] and [out, in].", nameof(weight));
        }

        TensorAxes<int> shape = default;
        x.Shape.CopyTo(shape);
        shape[x.Rank - 1] = weight.Rows;
        var y = Allocate(((ReadOnlySpan<int>)shape)[..x.Rank]);
        FrozenPanels.Multiply(this, MatrixView.OfRows(x), weight, MatrixView.OfRows(y), accumulate: false);
        if (Needs(x))
        {
            var operation = Record<FrozenLinearOperation>(y);
            (operation.X, operation.Weight) = (x, weight);
        }

        return y;
    }

    /// <summary>Rows of an encoded table.</summary>
    /// <param name="table">[V, C].</param>
    /// <param name="indices">N row numbers.</param>
    /// <remarks><b>Shape</b>: → [N, C]. <b>Errors</b>: <see cref="ArgumentOutOfRangeException"/> for a row that the table lacks.</remarks>
    public Tensor Embedding(FrozenMatrix table, ReadOnlySpan<int> indices)
    {
        ArgumentNullException.ThrowIfNull(table);
        var y = Allocate([indices.Length, table.Columns]);
        for (var i = 0; i < indices.Length; i++)
        {
            if ((uint)indices[i] >= (uint)table.Rows)
            {
                throw new ArgumentOutOfRangeException(nameof(indices), $"Embedding: found row {indices[i]} at position {i}, expected 0 to {table.Rows - 1}.");
            }

            table.CopyRows(indices[i], 1, y.UncheckedData + ((long)i * table.Columns));
        }

        return y;
    }

    /// <summary><see cref="LinearCrossEntropy(Tensor, Tensor, ReadOnlySpan{int}, ReadOnlySpan{float}, double?)"/> of an encoded matrix.</summary>
    /// <param name="hidden">[…, C].</param>
    /// <param name="weight">[V, C].</param>
    /// <param name="targets">As <see cref="CrossEntropy"/>.</param>
    /// <param name="divisor">As <see cref="CrossEntropy"/>.</param>
    public Tensor LinearCrossEntropy(Tensor hidden, FrozenMatrix weight, ReadOnlySpan<int> targets, double? divisor = null)
    {
        ArgumentNullException.ThrowIfNull(weight);
        hidden = AsRows(hidden);
        if (hidden.Rank == 0 || hidden.Shape[^1] != weight.Columns)
        {
            throw new ArgumentException($"LinearCrossEntropy: found hidden values of shape {hidden} and an encoded weight of {weight.Rows} × {weight.Columns}, expected […, C] and [V, C].", nameof(weight));
        }

        var x = MatrixView.OfRows(hidden);
        var total = LossArguments.Divisor("LinearCrossEntropy", x.Rows, weight.Rows, targets, default, divisor);
        var loss = Allocate([]);
        var hiddenGradient = Needs(hidden) ? Allocate(hidden.Shape) : null;
        *loss.UncheckedData = (float)(HeadLoss.Compute(this, x, new HeadMatrix(weight), KeepIntegers(targets), null, total, LogitBytes, hiddenGradient, null) / total);
        if (hiddenGradient is not null)
        {
            var operation = Record<LinearCrossEntropyOperation>(loss);
            (operation.Hidden, operation.HiddenGradient) = (hidden, hiddenGradient);
        }

        return loss;
    }
}
