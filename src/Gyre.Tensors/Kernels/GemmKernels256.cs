using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Gyre.Tensors.Kernels;

/// <summary>Micro-tiles of C in 256-bit registers: A is a panel [k][6], B has 16 columns.</summary>
internal static unsafe class GemmKernels256
{
    /// <summary>A full tile, 6×16: 12 of the 16 registers accumulate.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile6(int k, float* a, float* b, nint bStep, float* c, nint cRow, bool add)
    {
        var c0a = Vector256<float>.Zero;
        var c0b = Vector256<float>.Zero;
        var c1a = Vector256<float>.Zero;
        var c1b = Vector256<float>.Zero;
        var c2a = Vector256<float>.Zero;
        var c2b = Vector256<float>.Zero;
        var c3a = Vector256<float>.Zero;
        var c3b = Vector256<float>.Zero;
        var c4a = Vector256<float>.Zero;
        var c4b = Vector256<float>.Zero;
        var c5a = Vector256<float>.Zero;
        var c5b = Vector256<float>.Zero;
        for (var p = 0; p < k; p++)
        {
            var b0 = Vector256.Load(b);
            var b1 = Vector256.Load(b + 8);
            var a0 = Vector256.Create(a[0]);
            c0a = Vector256.MultiplyAddEstimate(a0, b0, c0a);
            c0b = Vector256.MultiplyAddEstimate(a0, b1, c0b);
            var a1 = Vector256.Create(a[1]);
            c1a = Vector256.MultiplyAddEstimate(a1, b0, c1a);
            c1b = Vector256.MultiplyAddEstimate(a1, b1, c1b);
            var a2 = Vector256.Create(a[2]);
            c2a = Vector256.MultiplyAddEstimate(a2, b0, c2a);
            c2b = Vector256.MultiplyAddEstimate(a2, b1, c2b);
            var a3 = Vector256.Create(a[3]);
            c3a = Vector256.MultiplyAddEstimate(a3, b0, c3a);
            c3b = Vector256.MultiplyAddEstimate(a3, b1, c3b);
            var a4 = Vector256.Create(a[4]);
            c4a = Vector256.MultiplyAddEstimate(a4, b0, c4a);
            c4b = Vector256.MultiplyAddEstimate(a4, b1, c4b);
            var a5 = Vector256.Create(a[5]);
            c5a = Vector256.MultiplyAddEstimate(a5, b0, c5a);
            c5b = Vector256.MultiplyAddEstimate(a5, b1, c5b);
            a += 6;
            b += bStep;
        }

        if (add)
        {
            c0a += Vector256.Load(c);
            c0b += Vector256.Load(c + 8);
            c1a += Vector256.Load(c + cRow);
            c1b += Vector256.Load(c + cRow + 8);
            c2a += Vector256.Load(c + (2 * cRow));
            c2b += Vector256.Load(c + (2 * cRow) + 8);
            c3a += Vector256.Load(c + (3 * cRow));
            c3b += Vector256.Load(c + (3 * cRow) + 8);
            c4a += Vector256.Load(c + (4 * cRow));
            c4b += Vector256.Load(c + (4 * cRow) + 8);
            c5a += Vector256.Load(c + (5 * cRow));
            c5b += Vector256.Load(c + (5 * cRow) + 8);
        }

        c0a.Store(c);
        c0b.Store(c + 8);
        c1a.Store(c + cRow);
        c1b.Store(c + cRow + 8);
        c2a.Store(c + (2 * cRow));
        c2b.Store(c + (2 * cRow) + 8);
        c3a.Store(c + (3 * cRow));
        c3b.Store(c + (3 * cRow) + 8);
        c4a.Store(c + (4 * cRow));
        c4b.Store(c + (4 * cRow) + 8);
        c5a.Store(c + (5 * cRow));
        c5b.Store(c + (5 * cRow) + 8);
    }

    /// <summary>The first 2 rows of a panel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile2(int k, float* a, float* b, nint bStep, float* c, nint cRow, bool add)
    {
        var c0a = Vector256<float>.Zero;
        var c0b = Vector256<float>.Zero;
        var c1a = Vector256<float>.Zero;
        var c1b = Vector256<float>.Zero;
        for (var p = 0; p < k; p++)
        {
            var b0 = Vector256.Load(b);
            var b1 = Vector256.Load(b + 8);
            var a0 = Vector256.Create(a[0]);
            c0a = Vector256.MultiplyAddEstimate(a0, b0, c0a);
            c0b = Vector256.MultiplyAddEstimate(a0, b1, c0b);
            var a1 = Vector256.Create(a[1]);
            c1a = Vector256.MultiplyAddEstimate(a1, b0, c1a);
            c1b = Vector256.MultiplyAddEstimate(a1, b1, c1b);
            a += 6;
            b += bStep;
        }

        if (add)
        {
            c0a += Vector256.Load(c);
            c0b += Vector256.Load(c + 8);
            c1a += Vector256.Load(c + cRow);
            c1b += Vector256.Load(c + cRow + 8);
        }

        c0a.Store(c);
        c0b.Store(c + 8);
        c1a.Store(c + cRow);
        c1b.Store(c + cRow + 8);
    }
}
