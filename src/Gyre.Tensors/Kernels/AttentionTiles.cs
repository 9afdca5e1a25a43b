using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Gyre.Tensors.Kernels.Lanes;

namespace Gyre.Tensors.Kernels;

/// <summary>
/// Small matrix products inside fused attention: C (+)= A·B with two registers of columns, A read one element at a
/// time at any strides, B and C with contiguous columns.
/// </summary>
internal static unsafe class AttentionTiles
{
    /// <summary>Any number of rows: C[r, 0..2w) (+)= Σ_p A[r·aRow + p·aStep] · B[p·bStep + 0..2w).</summary>
    public static void Multiply<TLanes, TV>(int rows, int depth, float* a, nint aRow, nint aStep, float* b, nint bStep, float* c, nint cRow, bool add)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        // Eight rows need 16 accumulators and 3 more registers: too many where there are only 16.
        var r = 0;
        for (; Vector512.IsHardwareAccelerated && r + 8 <= rows; r += 8)
        {
            Tile8<TLanes, TV>(depth, a + (r * aRow), aRow, aStep, b, bStep, c + (r * cRow), cRow, add);
        }

        for (; r + 4 <= rows; r += 4)
        {
            Tile4<TLanes, TV>(depth, a + (r * aRow), aRow, aStep, b, bStep, c + (r * cRow), cRow, add);
        }

        for (; r < rows; r++)
        {
            Tile1<TLanes, TV>(depth, a + (r * aRow), aRow, aStep, b, bStep, c + (r * cRow), cRow, add);
        }
    }

    /// <summary>8 rows of C.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile8<TLanes, TV>(int depth, float* a, nint aRow, nint aStep, float* b, nint bStep, float* c, nint cRow, bool add)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        var w = TLanes.Count;
        TV l0, h0;
        TV l1, h1;
        TV l2, h2;
        TV l3, h3;
        TV l4, h4;
        TV l5, h5;
        TV l6, h6;
        TV l7, h7;
        if (add)
        {
            l0 = TLanes.Load(c);
            h0 = TLanes.Load(c + w);
            l1 = TLanes.Load(c + cRow);
            h1 = TLanes.Load(c + cRow + w);
            l2 = TLanes.Load(c + (2 * cRow));
            h2 = TLanes.Load(c + (2 * cRow) + w);
            l3 = TLanes.Load(c + (3 * cRow));
            h3 = TLanes.Load(c + (3 * cRow) + w);
            l4 = TLanes.Load(c + (4 * cRow));
            h4 = TLanes.Load(c + (4 * cRow) + w);
            l5 = TLanes.Load(c + (5 * cRow));
            h5 = TLanes.Load(c + (5 * cRow) + w);
            l6 = TLanes.Load(c + (6 * cRow));
            h6 = TLanes.Load(c + (6 * cRow) + w);
            l7 = TLanes.Load(c + (7 * cRow));
            h7 = TLanes.Load(c + (7 * cRow) + w);
        }
        else
        {
            l0 = l1 = l2 = l3 = l4 = l5 = l6 = l7 = h0 = h1 = h2 = h3 = h4 = h5 = h6 = h7 = TLanes.Broadcast(0f);
        }

        for (var p = 0; p < depth; p++)
        {
            var b0 = TLanes.Load(b);
            var b1 = TLanes.Load(b + w);
            var row = a;
            var x = TLanes.Broadcast(*row);
            l0 = TLanes.MultiplyAdd(x, b0, l0);
            h0 = TLanes.MultiplyAdd(x, b1, h0);
            row += aRow;
            x = TLanes.Broadcast(*row);
            l1 = TLanes.MultiplyAdd(x, b0, l1);
            h1 = TLanes.MultiplyAdd(x, b1, h1);
            row += aRow;
            x = TLanes.Broadcast(*row);
            l2 = TLanes.MultiplyAdd(x, b0, l2);
            h2 = TLanes.MultiplyAdd(x, b1, h2);
            row += aRow;
            x = TLanes.Broadcast(*row);
            l3 = TLanes.MultiplyAdd(x, b0, l3);
            h3 = TLanes.MultiplyAdd(x, b1, h3);
            row += aRow;
            x = TLanes.Broadcast(*row);
            l4 = TLanes.MultiplyAdd(x, b0, l4);
            h4 = TLanes.MultiplyAdd(x, b1, h4);
            row += aRow;
            x = TLanes.Broadcast(*row);
            l5 = TLanes.MultiplyAdd(x, b0, l5);
            h5 = TLanes.MultiplyAdd(x, b1, h5);
            row += aRow;
            x = TLanes.Broadcast(*row);
            l6 = TLanes.MultiplyAdd(x, b0, l6);
            h6 = TLanes.MultiplyAdd(x, b1, h6);
            row += aRow;
            x = TLanes.Broadcast(*row);
            l7 = TLanes.MultiplyAdd(x, b0, l7);
            h7 = TLanes.MultiplyAdd(x, b1, h7);
            a += aStep;
            b += bStep;
        }

        TLanes.Store(l0, c);
        TLanes.Store(h0, c + w);
        TLanes.Store(l1, c + cRow);
        TLanes.Store(h1, c + cRow + w);
        TLanes.Store(l2, c + (2 * cRow));
        TLanes.Store(h2, c + (2 * cRow) + w);
        TLanes.Store(l3, c + (3 * cRow));
        TLanes.Store(h3, c + (3 * cRow) + w);
        TLanes.Store(l4, c + (4 * cRow));
        TLanes.Store(h4, c + (4 * cRow) + w);
        TLanes.Store(l5, c + (5 * cRow));
        TLanes.Store(h5, c + (5 * cRow) + w);
        TLanes.Store(l6, c + (6 * cRow));
        TLanes.Store(h6, c + (6 * cRow) + w);
        TLanes.Store(l7, c + (7 * cRow));
        TLanes.Store(h7, c + (7 * cRow) + w);
    }

    /// <summary>4 rows of C.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile4<TLanes, TV>(int depth, float* a, nint aRow, nint aStep, float* b, nint bStep, float* c, nint cRow, bool add)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        var w = TLanes.Count;
        TV l0, h0;
        TV l1, h1;
        TV l2, h2;
        TV l3, h3;
        if (add)
        {
            l0 = TLanes.Load(c);
            h0 = TLanes.Load(c + w);
            l1 = TLanes.Load(c + cRow);
            h1 = TLanes.Load(c + cRow + w);
            l2 = TLanes.Load(c + (2 * cRow));
            h2 = TLanes.Load(c + (2 * cRow) + w);
            l3 = TLanes.Load(c + (3 * cRow));
            h3 = TLanes.Load(c + (3 * cRow) + w);
        }
        else
        {
            l0 = l1 = l2 = l3 = h0 = h1 = h2 = h3 = TLanes.Broadcast(0f);
        }

        for (var p = 0; p < depth; p++)
        {
            var b0 = TLanes.Load(b);
            var b1 = TLanes.Load(b + w);
            var row = a;
            var x = TLanes.Broadcast(*row);
            l0 = TLanes.MultiplyAdd(x, b0, l0);
            h0 = TLanes.MultiplyAdd(x, b1, h0);
            row += aRow;
            x = TLanes.Broadcast(*row);
            l1 = TLanes.MultiplyAdd(x, b0, l1);
            h1 = TLanes.MultiplyAdd(x, b1, h1);
            row += aRow;
            x = TLanes.Broadcast(*row);
            l2 = TLanes.MultiplyAdd(x, b0, l2);
            h2 = TLanes.MultiplyAdd(x, b1, h2);
            row += aRow;
            x = TLanes.Broadcast(*row);
            l3 = TLanes.MultiplyAdd(x, b0, l3);
            h3 = TLanes.MultiplyAdd(x, b1, h3);
            a += aStep;
            b += bStep;
        }

        TLanes.Store(l0, c);
        TLanes.Store(h0, c + w);
        TLanes.Store(l1, c + cRow);
        TLanes.Store(h1, c + cRow + w);
        TLanes.Store(l2, c + (2 * cRow));
        TLanes.Store(h2, c + (2 * cRow) + w);
        TLanes.Store(l3, c + (3 * cRow));
        TLanes.Store(h3, c + (3 * cRow) + w);
    }

    /// <summary>1 rows of C.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile1<TLanes, TV>(int depth, float* a, nint aRow, nint aStep, float* b, nint bStep, float* c, nint cRow, bool add)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        var w = TLanes.Count;
        TV l0, h0;
        if (add)
        {
            l0 = TLanes.Load(c);
            h0 = TLanes.Load(c + w);
        }
        else
        {
            l0 = h0 = TLanes.Broadcast(0f);
        }

        for (var p = 0; p < depth; p++)
        {
            var b0 = TLanes.Load(b);
            var b1 = TLanes.Load(b + w);
            var row = a;
            var x = TLanes.Broadcast(*row);
            l0 = TLanes.MultiplyAdd(x, b0, l0);
            h0 = TLanes.MultiplyAdd(x, b1, h0);
            a += aStep;
            b += bStep;
        }

        TLanes.Store(l0, c);
        TLanes.Store(h0, c + w);
    }
}
