using Gyre.Tensors.Threading;

namespace Gyre.Tensors.Kernels;

/// <summary>Dense single-precision matrix–vector products.</summary>
public static unsafe class Gemv
{
    /// <summary>Computes y = A·x, or y += A·x.</summary>
    /// <param name="team">Who computes; the result has the same bits for every team size.</param>
    /// <param name="rows">Rows of A, elements of y.</param>
    /// <param name="columns">Columns of A, elements of x.</param>
    /// <param name="a">A: element (i, p) lies at <c>a[i·aRow + p·aCol]</c>.</param>
    /// <param name="aRow">Elements from one row of A to the next.</param>
    /// <param name="aCol">Elements from one column of A to the next; swap the strides for a transposed A.</param>
    /// <param name="x">Contiguous.</param>
    /// <param name="y">Contiguous; must not overlap A or x.</param>
    /// <param name="accumulate">Adds to y instead of overwriting it.</param>
    /// <remarks><b>Shape</b>: [rows,columns]·[columns] → [rows]. <para><b>Cost</b>: one pass over A; no allocation.</para></remarks>
    [HotPath]
    public static void Multiply(ThreadTeam team, int rows, int columns, float* a, nint aRow, nint aCol, float* x, float* y, bool accumulate) =>
        Gemm.Multiply(team, 1, rows, columns, x, 0, 1, a, aCol, aRow, y, rows, accumulate);
}
