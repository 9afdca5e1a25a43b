using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Gyre.Tensors.Kernels;

/// <summary>Micro-tiles of C in 512-bit registers: A is a panel [k][14], B has 32 columns.</summary>
internal static unsafe class GemmKernels512
{
    /// <summary>A full tile, 14×32: 28 of the 32 registers accumulate.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile14(int k, float* a, float* b, nint bStep, float* c, nint cRow, bool add)
    {
        var c0a = Vector512<float>.Zero;
        var c0b = Vector512<float>.Zero;
        var c1a = Vector512<float>.Zero;
        var c1b = Vector512<float>.Zero;
        var c2a = Vector512<float>.Zero;
        var c2b = Vector512<float>.Zero;
        var c3a = Vector512<float>.Zero;
        var c3b = Vector512<float>.Zero;
        var c4a = Vector512<float>.Zero;
        var c4b = Vector512<float>.Zero;
        var c5a = Vector512<float>.Zero;
        var c5b = Vector512<float>.Zero;
        var c6a = Vector512<float>.Zero;
        var c6b = Vector512<float>.Zero;
        var c7a = Vector512<float>.Zero;
        var c7b = Vector512<float>.Zero;
        var c8a = Vector512<float>.Zero;
        var c8b = Vector512<float>.Zero;
        var c9a = Vector512<float>.Zero;
        var c9b = Vector512<float>.Zero;
        var c10a = Vector512<float>.Zero;
        var c10b = Vector512<float>.Zero;
        var c11a = Vector512<float>.Zero;
        var c11b = Vector512<float>.Zero;
        var c12a = Vector512<float>.Zero;
        var c12b = Vector512<float>.Zero;
        var c13a = Vector512<float>.Zero;
        var c13b = Vector512<float>.Zero;
        for (var p = 0; p < k; p++)
        {
            var b0 = Vector512.Load(b);
            var b1 = Vector512.Load(b + 16);
            var a0 = Vector512.Create(a[0]);
            c0a = Vector512.MultiplyAddEstimate(a0, b0, c0a);
            c0b = Vector512.MultiplyAddEstimate(a0, b1, c0b);
            var a1 = Vector512.Create(a[1]);
            c1a = Vector512.MultiplyAddEstimate(a1, b0, c1a);
            c1b = Vector512.MultiplyAddEstimate(a1, b1, c1b);
            var a2 = Vector512.Create(a[2]);
            c2a = Vector512.MultiplyAddEstimate(a2, b0, c2a);
            c2b = Vector512.MultiplyAddEstimate(a2, b1, c2b);
            var a3 = Vector512.Create(a[3]);
            c3a = Vector512.MultiplyAddEstimate(a3, b0, c3a);
            c3b = Vector512.MultiplyAddEstimate(a3, b1, c3b);
            var a4 = Vector512.Create(a[4]);
            c4a = Vector512.MultiplyAddEstimate(a4, b0, c4a);
            c4b = Vector512.MultiplyAddEstimate(a4, b1, c4b);
            var a5 = Vector512.Create(a[5]);
            c5a = Vector512.MultiplyAddEstimate(a5, b0, c5a);
            c5b = Vector512.MultiplyAddEstimate(a5, b1, c5b);
            var a6 = Vector512.Create(a[6]);
            c6a = Vector512.MultiplyAddEstimate(a6, b0, c6a);
            c6b = Vector512.MultiplyAddEstimate(a6, b1, c6b);
            var a7 = Vector512.Create(a[7]);
            c7a = Vector512.MultiplyAddEstimate(a7, b0, c7a);
            c7b = Vector512.MultiplyAddEstimate(a7, b1, c7b);
            var a8 = Vector512.Create(a[8]);
            c8a = Vector512.MultiplyAddEstimate(a8, b0, c8a);
            c8b = Vector512.MultiplyAddEstimate(a8, b1, c8b);
            var a9 = Vector512.Create(a[9]);
            c9a = Vector512.MultiplyAddEstimate(a9, b0, c9a);
            c9b = Vector512.MultiplyAddEstimate(a9, b1, c9b);
            var a10 = Vector512.Create(a[10]);
            c10a = Vector512.MultiplyAddEstimate(a10, b0, c10a);
            c10b = Vector512.MultiplyAddEstimate(a10, b1, c10b);
            var a11 = Vector512.Create(a[11]);
            c11a = Vector512.MultiplyAddEstimate(a11, b0, c11a);
            c11b = Vector512.MultiplyAddEstimate(a11, b1, c11b);
            var a12 = Vector512.Create(a[12]);
            c12a = Vector512.MultiplyAddEstimate(a12, b0, c12a);
            c12b = Vector512.MultiplyAddEstimate(a12, b1, c12b);
            var a13 = Vector512.Create(a[13]);
            c13a = Vector512.MultiplyAddEstimate(a13, b0, c13a);
            c13b = Vector512.MultiplyAddEstimate(a13, b1, c13b);
            a += 14;
            b += bStep;
        }

        if (add)
        {
            c0a += Vector512.Load(c);
            c0b += Vector512.Load(c + 16);
            c1a += Vector512.Load(c + cRow);
            c1b += Vector512.Load(c + cRow + 16);
            c2a += Vector512.Load(c + (2 * cRow));
            c2b += Vector512.Load(c + (2 * cRow) + 16);
            c3a += Vector512.Load(c + (3 * cRow));
            c3b += Vector512.Load(c + (3 * cRow) + 16);
            c4a += Vector512.Load(c + (4 * cRow));
            c4b += Vector512.Load(c + (4 * cRow) + 16);
            c5a += Vector512.Load(c + (5 * cRow));
            c5b += Vector512.Load(c + (5 * cRow) + 16);
            c6a += Vector512.Load(c + (6 * cRow));
            c6b += Vector512.Load(c + (6 * cRow) + 16);
            c7a += Vector512.Load(c + (7 * cRow));
            c7b += Vector512.Load(c + (7 * cRow) + 16);
            c8a += Vector512.Load(c + (8 * cRow));
            c8b += Vector512.Load(c + (8 * cRow) + 16);
            c9a += Vector512.Load(c + (9 * cRow));
            c9b += Vector512.Load(c + (9 * cRow) + 16);
            c10a += Vector512.Load(c + (10 * cRow));
            c10b += Vector512.Load(c + (10 * cRow) + 16);
            c11a += Vector512.Load(c + (11 * cRow));
            c11b += Vector512.Load(c + (11 * cRow) + 16);
            c12a += Vector512.Load(c + (12 * cRow));
            c12b += Vector512.Load(c + (12 * cRow) + 16);
            c13a += Vector512.Load(c + (13 * cRow));
            c13b += Vector512.Load(c + (13 * cRow) + 16);
        }

        c0a.Store(c);
        c0b.Store(c + 16);
        c1a.Store(c + cRow);
        c1b.Store(c + cRow + 16);
        c2a.Store(c + (2 * cRow));
        c2b.Store(c + (2 * cRow) + 16);
        c3a.Store(c + (3 * cRow));
        c3b.Store(c + (3 * cRow) + 16);
        c4a.Store(c + (4 * cRow));
        c4b.Store(c + (4 * cRow) + 16);
        c5a.Store(c + (5 * cRow));
        c5b.Store(c + (5 * cRow) + 16);
        c6a.Store(c + (6 * cRow));
        c6b.Store(c + (6 * cRow) + 16);
        c7a.Store(c + (7 * cRow));
        c7b.Store(c + (7 * cRow) + 16);
        c8a.Store(c + (8 * cRow));
        c8b.Store(c + (8 * cRow) + 16);
        c9a.Store(c + (9 * cRow));
        c9b.Store(c + (9 * cRow) + 16);
        c10a.Store(c + (10 * cRow));
        c10b.Store(c + (10 * cRow) + 16);
        c11a.Store(c + (11 * cRow));
        c11b.Store(c + (11 * cRow) + 16);
        c12a.Store(c + (12 * cRow));
        c12b.Store(c + (12 * cRow) + 16);
        c13a.Store(c + (13 * cRow));
        c13b.Store(c + (13 * cRow) + 16);
    }

    /// <summary>The first 8 rows of a panel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile8(int k, float* a, float* b, nint bStep, float* c, nint cRow, bool add)
    {
        var c0a = Vector512<float>.Zero;
        var c0b = Vector512<float>.Zero;
        var c1a = Vector512<float>.Zero;
        var c1b = Vector512<float>.Zero;
        var c2a = Vector512<float>.Zero;
        var c2b = Vector512<float>.Zero;
        var c3a = Vector512<float>.Zero;
        var c3b = Vector512<float>.Zero;
        var c4a = Vector512<float>.Zero;
        var c4b = Vector512<float>.Zero;
        var c5a = Vector512<float>.Zero;
        var c5b = Vector512<float>.Zero;
        var c6a = Vector512<float>.Zero;
        var c6b = Vector512<float>.Zero;
        var c7a = Vector512<float>.Zero;
        var c7b = Vector512<float>.Zero;
        for (var p = 0; p < k; p++)
        {
            var b0 = Vector512.Load(b);
            var b1 = Vector512.Load(b + 16);
            var a0 = Vector512.Create(a[0]);
            c0a = Vector512.MultiplyAddEstimate(a0, b0, c0a);
            c0b = Vector512.MultiplyAddEstimate(a0, b1, c0b);
            var a1 = Vector512.Create(a[1]);
            c1a = Vector512.MultiplyAddEstimate(a1, b0, c1a);
            c1b = Vector512.MultiplyAddEstimate(a1, b1, c1b);
            var a2 = Vector512.Create(a[2]);
            c2a = Vector512.MultiplyAddEstimate(a2, b0, c2a);
            c2b = Vector512.MultiplyAddEstimate(a2, b1, c2b);
            var a3 = Vector512.Create(a[3]);
            c3a = Vector512.MultiplyAddEstimate(a3, b0, c3a);
            c3b = Vector512.MultiplyAddEstimate(a3, b1, c3b);
            var a4 = Vector512.Create(a[4]);
            c4a = Vector512.MultiplyAddEstimate(a4, b0, c4a);
            c4b = Vector512.MultiplyAddEstimate(a4, b1, c4b);
            var a5 = Vector512.Create(a[5]);
            c5a = Vector512.MultiplyAddEstimate(a5, b0, c5a);
            c5b = Vector512.MultiplyAddEstimate(a5, b1, c5b);
            var a6 = Vector512.Create(a[6]);
            c6a = Vector512.MultiplyAddEstimate(a6, b0, c6a);
            c6b = Vector512.MultiplyAddEstimate(a6, b1, c6b);
            var a7 = Vector512.Create(a[7]);
            c7a = Vector512.MultiplyAddEstimate(a7, b0, c7a);
            c7b = Vector512.MultiplyAddEstimate(a7, b1, c7b);
            a += 14;
            b += bStep;
        }

        if (add)
        {
            c0a += Vector512.Load(c);
            c0b += Vector512.Load(c + 16);
            c1a += Vector512.Load(c + cRow);
            c1b += Vector512.Load(c + cRow + 16);
            c2a += Vector512.Load(c + (2 * cRow));
            c2b += Vector512.Load(c + (2 * cRow) + 16);
            c3a += Vector512.Load(c + (3 * cRow));
            c3b += Vector512.Load(c + (3 * cRow) + 16);
            c4a += Vector512.Load(c + (4 * cRow));
            c4b += Vector512.Load(c + (4 * cRow) + 16);
            c5a += Vector512.Load(c + (5 * cRow));
            c5b += Vector512.Load(c + (5 * cRow) + 16);
            c6a += Vector512.Load(c + (6 * cRow));
            c6b += Vector512.Load(c + (6 * cRow) + 16);
            c7a += Vector512.Load(c + (7 * cRow));
            c7b += Vector512.Load(c + (7 * cRow) + 16);
        }

        c0a.Store(c);
        c0b.Store(c + 16);
        c1a.Store(c + cRow);
        c1b.Store(c + cRow + 16);
        c2a.Store(c + (2 * cRow));
        c2b.Store(c + (2 * cRow) + 16);
        c3a.Store(c + (3 * cRow));
        c3b.Store(c + (3 * cRow) + 16);
        c4a.Store(c + (4 * cRow));
        c4b.Store(c + (4 * cRow) + 16);
        c5a.Store(c + (5 * cRow));
        c5b.Store(c + (5 * cRow) + 16);
        c6a.Store(c + (6 * cRow));
        c6b.Store(c + (6 * cRow) + 16);
        c7a.Store(c + (7 * cRow));
        c7b.Store(c + (7 * cRow) + 16);
    }

    /// <summary>The first 4 rows of a panel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile4(int k, float* a, float* b, nint bStep, float* c, nint cRow, bool add)
    {
        var c0a = Vector512<float>.Zero;
        var c0b = Vector512<float>.Zero;
        var c1a = Vector512<float>.Zero;
        var c1b = Vector512<float>.Zero;
        var c2a = Vector512<float>.Zero;
        var c2b = Vector512<float>.Zero;
        var c3a = Vector512<float>.Zero;
        var c3b = Vector512<float>.Zero;
        for (var p = 0; p < k; p++)
        {
            var b0 = Vector512.Load(b);
            var b1 = Vector512.Load(b + 16);
            var a0 = Vector512.Create(a[0]);
            c0a = Vector512.MultiplyAddEstimate(a0, b0, c0a);
            c0b = Vector512.MultiplyAddEstimate(a0, b1, c0b);
            var a1 = Vector512.Create(a[1]);
            c1a = Vector512.MultiplyAddEstimate(a1, b0, c1a);
            c1b = Vector512.MultiplyAddEstimate(a1, b1, c1b);
            var a2 = Vector512.Create(a[2]);
            c2a = Vector512.MultiplyAddEstimate(a2, b0, c2a);
            c2b = Vector512.MultiplyAddEstimate(a2, b1, c2b);
            var a3 = Vector512.Create(a[3]);
            c3a = Vector512.MultiplyAddEstimate(a3, b0, c3a);
            c3b = Vector512.MultiplyAddEstimate(a3, b1, c3b);
            a += 14;
            b += bStep;
        }

        if (add)
        {
            c0a += Vector512.Load(c);
            c0b += Vector512.Load(c + 16);
            c1a += Vector512.Load(c + cRow);
            c1b += Vector512.Load(c + cRow + 16);
            c2a += Vector512.Load(c + (2 * cRow));
            c2b += Vector512.Load(c + (2 * cRow) + 16);
            c3a += Vector512.Load(c + (3 * cRow));
            c3b += Vector512.Load(c + (3 * cRow) + 16);
        }

        c0a.Store(c);
        c0b.Store(c + 16);
        c1a.Store(c + cRow);
        c1b.Store(c + cRow + 16);
        c2a.Store(c + (2 * cRow));
        c2b.Store(c + (2 * cRow) + 16);
        c3a.Store(c + (3 * cRow));
        c3b.Store(c + (3 * cRow) + 16);
    }
}
