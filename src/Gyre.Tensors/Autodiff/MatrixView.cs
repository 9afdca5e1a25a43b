using Gyre.Tensors.Kernels;

namespace Gyre.Tensors.Autodiff;

/// <summary>A matrix anywhere in memory, at any strides.</summary>
internal unsafe struct MatrixView
{
    public float* Data;
    public int Rows;
    public int Columns;
    public nint Row;
    public nint Column;

    /// <summary>The last two axes of a tensor, at its first element.</summary>
    public static MatrixView Of(Tensor tensor) => new()
    {
        Data = tensor.UncheckedData,
        Rows = tensor.Shape[^2],
        Columns = tensor.Shape[^1],
        Row = tensor.Strides[^2],
        Column = tensor.Strides[^1],
    };

    /// <summary>All leading axes as rows; the layout must allow it.</summary>
    public static MatrixView OfRows(Tensor tensor)
    {
        _ = RowArray.TryOf(tensor, out var rows, out var count, out var width);
        return new MatrixView { Data = rows.Data, Rows = checked((int)count), Columns = width, Row = rows.Stride, Column = 1 };
    }

    public readonly MatrixView Transposed() => new() { Data = Data, Rows = Columns, Columns = Rows, Row = Column, Column = Row };

    public readonly MatrixView At(nint offset) => this with { Data = Data + offset };

    /// <summary>c (+)= a·b.</summary>
    public static void Multiply(Tape tape, MatrixView a, MatrixView b, MatrixView c, bool accumulate)
    {
        if (c.Column != 1 && c.Columns > 1 && (c.Row == 1 || c.Rows == 1))
        {
            (a, b, c) = (b.Transposed(), a.Transposed(), c.Transposed());
        }

        if (c.Column == 1 || c.Columns <= 1)
        {
            Gemm.Multiply(tape.Team, c.Rows, c.Columns, a.Columns, a.Data, a.Row, a.Column, b.Data, b.Row, b.Column, c.Data, c.Row, accumulate);
            return;
        }

        // Neither axis of the result is contiguous: compute beside it and copy.
        var beside = tape.Allocate([c.Rows, c.Columns]);
        Gemm.Multiply(tape.Team, c.Rows, c.Columns, a.Columns, a.Data, a.Row, a.Column, b.Data, b.Row, b.Column, beside.UncheckedData, c.Columns, accumulate: false);
        for (var i = 0; i < c.Rows; i++)
        {
            for (var j = 0; j < c.Columns; j++)
            {
                var at = c.Data + (i * c.Row) + (j * c.Column);
                var value = beside.UncheckedData[((nint)i * c.Columns) + j];
                *at = accumulate ? *at + value : value;
            }
        }
    }
}
