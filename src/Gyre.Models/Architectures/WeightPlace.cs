namespace Gyre.Models.Architectures;

/// <summary>Where and how a file stores a weight: a tensor of its own, or some rows of one that several weights share.</summary>
/// <param name="Tensor">The stored tensor's name.</param>
internal sealed record WeightPlace(string Tensor)
{
    /// <summary>Which rows of the stored tensor are this weight's.</summary>
    public RowSlice Slice { get; init; }

    /// <summary>The tensor is stored with inputs first, [columns, rows].</summary>
    public bool IsTransposed { get; init; }

    /// <summary>
    /// 0, or the width of a head whose rows are stored as rotary pairs (0, D/2, 1, D/2 + 1, …) and are put back in halves.
    /// </summary>
    public int PairedWidth { get; init; }

    /// <summary>A vector that is stored as a matrix of one row.</summary>
    public bool IsRow { get; init; }

    /// <summary>Added to what is stored: 1 for gains that a file keeps as differences from 1.</summary>
    public float Added { get; init; }

    /// <summary>True when the stored bytes are the weight's own, in its order.</summary>
    public bool IsPlain => Slice == default && !IsTransposed && PairedWidth == 0 && Added == 0;

    /// <summary>True when the stored bytes of the weight's rows follow each other in its order.</summary>
    public bool IsTogether(int rows) => !IsTransposed && PairedWidth == 0 && Added == 0 && (Slice.TensorRows == 0 || Slice.Block >= rows);

    /// <summary>Rows of the stored tensor.</summary>
    /// <param name="rows">Rows of the weight.</param>
    public int TensorRows(int rows) => Slice.TensorRows > 0 ? Slice.TensorRows : rows;

    /// <summary>The row of the stored tensor that holds a row of the weight.</summary>
    public int StoredRow(int row)
    {
        if (PairedWidth > 0)
        {
            var (head, within) = Math.DivRem(row, PairedWidth);
            var (half, pair) = Math.DivRem(within, PairedWidth / 2);
            row = (head * PairedWidth) + (pair * 2) + half;
        }

        return Slice.Of(row);
    }
}
