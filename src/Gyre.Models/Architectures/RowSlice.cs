namespace Gyre.Models.Architectures;

/// <summary>Some rows of a stored tensor: blocks of equal length at equal distances. The default is all of them.</summary>
/// <param name="TensorRows">Rows of the whole tensor.</param>
/// <param name="First">The first row.</param>
/// <param name="Block">Rows that stand together.</param>
/// <param name="Stride">From the first row of a block to that of the next.</param>
internal readonly record struct RowSlice(int TensorRows, int First, int Block, int Stride)
{
    /// <summary>Rows that stand together.</summary>
    public static RowSlice Together(int tensorRows, int first, int rows) => new(tensorRows, first, rows, rows);

    /// <summary>The stored row of a row of the slice.</summary>
    public int Of(int row) => TensorRows == 0 ? row : First + (row / Block * Stride) + (row % Block);
}
