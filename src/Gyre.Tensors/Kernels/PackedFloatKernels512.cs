using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Gyre.Tensors.Kernels;

/// <summary>
/// Weights in single precision [column][16] in 512-bit registers, 16 rows at once. Sums are [token][4][16]: column p
/// adds to sum p mod 4, so that a single token has four independent chains and any number of tokens the same bits.
/// </summary>
internal static unsafe class PackedFloatKernels512
{
    /// <summary>Seven tokens: 28 registers accumulate.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Seven(float* weights, int columns, float* x, nint xStride, float* sums)
    {
        var x1 = x + xStride;
        var x2 = x + (2 * xStride);
        var x3 = x + (3 * xStride);
        var x4 = x + (4 * xStride);
        var x5 = x + (5 * xStride);
        var x6 = x + (6 * xStride);
        var s0a = Vector512.Load(sums);
        var s0b = Vector512.Load(sums + 16);
        var s0c = Vector512.Load(sums + 32);
        var s0d = Vector512.Load(sums + 48);
        var s1a = Vector512.Load(sums + 64);
        var s1b = Vector512.Load(sums + 80);
        var s1c = Vector512.Load(sums + 96);
        var s1d = Vector512.Load(sums + 112);
        var s2a = Vector512.Load(sums + 128);
        var s2b = Vector512.Load(sums + 144);
        var s2c = Vector512.Load(sums + 160);
        var s2d = Vector512.Load(sums + 176);
        var s3a = Vector512.Load(sums + 192);
        var s3b = Vector512.Load(sums + 208);
        var s3c = Vector512.Load(sums + 224);
        var s3d = Vector512.Load(sums + 240);
        var s4a = Vector512.Load(sums + 256);
        var s4b = Vector512.Load(sums + 272);
        var s4c = Vector512.Load(sums + 288);
        var s4d = Vector512.Load(sums + 304);
        var s5a = Vector512.Load(sums + 320);
        var s5b = Vector512.Load(sums + 336);
        var s5c = Vector512.Load(sums + 352);
        var s5d = Vector512.Load(sums + 368);
        var s6a = Vector512.Load(sums + 384);
        var s6b = Vector512.Load(sums + 400);
        var s6c = Vector512.Load(sums + 416);
        var s6d = Vector512.Load(sums + 432);
        for (var column = 0; column < columns; column += 4)
        {
            var w0 = Vector512.Load(weights);
            s0a = Vector512.MultiplyAddEstimate(Vector512.Create(x[column]), w0, s0a);
            s1a = Vector512.MultiplyAddEstimate(Vector512.Create(x1[column]), w0, s1a);
            s2a = Vector512.MultiplyAddEstimate(Vector512.Create(x2[column]), w0, s2a);
            s3a = Vector512.MultiplyAddEstimate(Vector512.Create(x3[column]), w0, s3a);
            s4a = Vector512.MultiplyAddEstimate(Vector512.Create(x4[column]), w0, s4a);
            s5a = Vector512.MultiplyAddEstimate(Vector512.Create(x5[column]), w0, s5a);
            s6a = Vector512.MultiplyAddEstimate(Vector512.Create(x6[column]), w0, s6a);
            var w1 = Vector512.Load(weights + 16);
            s0b = Vector512.MultiplyAddEstimate(Vector512.Create(x[column + 1]), w1, s0b);
            s1b = Vector512.MultiplyAddEstimate(Vector512.Create(x1[column + 1]), w1, s1b);
            s2b = Vector512.MultiplyAddEstimate(Vector512.Create(x2[column + 1]), w1, s2b);
            s3b = Vector512.MultiplyAddEstimate(Vector512.Create(x3[column + 1]), w1, s3b);
            s4b = Vector512.MultiplyAddEstimate(Vector512.Create(x4[column + 1]), w1, s4b);
            s5b = Vector512.MultiplyAddEstimate(Vector512.Create(x5[column + 1]), w1, s5b);
            s6b = Vector512.MultiplyAddEstimate(Vector512.Create(x6[column + 1]), w1, s6b);
            var w2 = Vector512.Load(weights + 32);
            s0c = Vector512.MultiplyAddEstimate(Vector512.Create(x[column + 2]), w2, s0c);
            s1c = Vector512.MultiplyAddEstimate(Vector512.Create(x1[column + 2]), w2, s1c);
            s2c = Vector512.MultiplyAddEstimate(Vector512.Create(x2[column + 2]), w2, s2c);
            s3c = Vector512.MultiplyAddEstimate(Vector512.Create(x3[column + 2]), w2, s3c);
            s4c = Vector512.MultiplyAddEstimate(Vector512.Create(x4[column + 2]), w2, s4c);
            s5c = Vector512.MultiplyAddEstimate(Vector512.Create(x5[column + 2]), w2, s5c);
            s6c = Vector512.MultiplyAddEstimate(Vector512.Create(x6[column + 2]), w2, s6c);
            var w3 = Vector512.Load(weights + 48);
            s0d = Vector512.MultiplyAddEstimate(Vector512.Create(x[column + 3]), w3, s0d);
            s1d = Vector512.MultiplyAddEstimate(Vector512.Create(x1[column + 3]), w3, s1d);
            s2d = Vector512.MultiplyAddEstimate(Vector512.Create(x2[column + 3]), w3, s2d);
            s3d = Vector512.MultiplyAddEstimate(Vector512.Create(x3[column + 3]), w3, s3d);
            s4d = Vector512.MultiplyAddEstimate(Vector512.Create(x4[column + 3]), w3, s4d);
            s5d = Vector512.MultiplyAddEstimate(Vector512.Create(x5[column + 3]), w3, s5d);
            s6d = Vector512.MultiplyAddEstimate(Vector512.Create(x6[column + 3]), w3, s6d);
            weights += 64;
        }

        s0a.Store(sums);
        s0b.Store(sums + 16);
        s0c.Store(sums + 32);
        s0d.Store(sums + 48);
        s1a.Store(sums + 64);
        s1b.Store(sums + 80);
        s1c.Store(sums + 96);
        s1d.Store(sums + 112);
        s2a.Store(sums + 128);
        s2b.Store(sums + 144);
        s2c.Store(sums + 160);
        s2d.Store(sums + 176);
        s3a.Store(sums + 192);
        s3b.Store(sums + 208);
        s3c.Store(sums + 224);
        s3d.Store(sums + 240);
        s4a.Store(sums + 256);
        s4b.Store(sums + 272);
        s4c.Store(sums + 288);
        s4d.Store(sums + 304);
        s5a.Store(sums + 320);
        s5b.Store(sums + 336);
        s5c.Store(sums + 352);
        s5d.Store(sums + 368);
        s6a.Store(sums + 384);
        s6b.Store(sums + 400);
        s6c.Store(sums + 416);
        s6d.Store(sums + 432);
    }

    /// <summary>Three tokens: 12 registers accumulate.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Three(float* weights, int columns, float* x, nint xStride, float* sums)
    {
        var x1 = x + xStride;
        var x2 = x + (2 * xStride);
        var s0a = Vector512.Load(sums);
        var s0b = Vector512.Load(sums + 16);
        var s0c = Vector512.Load(sums + 32);
        var s0d = Vector512.Load(sums + 48);
        var s1a = Vector512.Load(sums + 64);
        var s1b = Vector512.Load(sums + 80);
        var s1c = Vector512.Load(sums + 96);
        var s1d = Vector512.Load(sums + 112);
        var s2a = Vector512.Load(sums + 128);
        var s2b = Vector512.Load(sums + 144);
        var s2c = Vector512.Load(sums + 160);
        var s2d = Vector512.Load(sums + 176);
        for (var column = 0; column < columns; column += 4)
        {
            var w0 = Vector512.Load(weights);
            s0a = Vector512.MultiplyAddEstimate(Vector512.Create(x[column]), w0, s0a);
            s1a = Vector512.MultiplyAddEstimate(Vector512.Create(x1[column]), w0, s1a);
            s2a = Vector512.MultiplyAddEstimate(Vector512.Create(x2[column]), w0, s2a);
            var w1 = Vector512.Load(weights + 16);
            s0b = Vector512.MultiplyAddEstimate(Vector512.Create(x[column + 1]), w1, s0b);
            s1b = Vector512.MultiplyAddEstimate(Vector512.Create(x1[column + 1]), w1, s1b);
            s2b = Vector512.MultiplyAddEstimate(Vector512.Create(x2[column + 1]), w1, s2b);
            var w2 = Vector512.Load(weights + 32);
            s0c = Vector512.MultiplyAddEstimate(Vector512.Create(x[column + 2]), w2, s0c);
            s1c = Vector512.MultiplyAddEstimate(Vector512.Create(x1[column + 2]), w2, s1c);
            s2c = Vector512.MultiplyAddEstimate(Vector512.Create(x2[column + 2]), w2, s2c);
            var w3 = Vector512.Load(weights + 48);
            s0d = Vector512.MultiplyAddEstimate(Vector512.Create(x[column + 3]), w3, s0d);
            s1d = Vector512.MultiplyAddEstimate(Vector512.Create(x1[column + 3]), w3, s1d);
            s2d = Vector512.MultiplyAddEstimate(Vector512.Create(x2[column + 3]), w3, s2d);
            weights += 64;
        }

        s0a.Store(sums);
        s0b.Store(sums + 16);
        s0c.Store(sums + 32);
        s0d.Store(sums + 48);
        s1a.Store(sums + 64);
        s1b.Store(sums + 80);
        s1c.Store(sums + 96);
        s1d.Store(sums + 112);
        s2a.Store(sums + 128);
        s2b.Store(sums + 144);
        s2c.Store(sums + 160);
        s2d.Store(sums + 176);
    }

    /// <summary>One token: 4 registers accumulate.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void One(float* weights, int columns, float* x, nint xStride, float* sums)
    {
        var s0a = Vector512.Load(sums);
        var s0b = Vector512.Load(sums + 16);
        var s0c = Vector512.Load(sums + 32);
        var s0d = Vector512.Load(sums + 48);
        for (var column = 0; column < columns; column += 4)
        {
            var w0 = Vector512.Load(weights);
            s0a = Vector512.MultiplyAddEstimate(Vector512.Create(x[column]), w0, s0a);
            var w1 = Vector512.Load(weights + 16);
            s0b = Vector512.MultiplyAddEstimate(Vector512.Create(x[column + 1]), w1, s0b);
            var w2 = Vector512.Load(weights + 32);
            s0c = Vector512.MultiplyAddEstimate(Vector512.Create(x[column + 2]), w2, s0c);
            var w3 = Vector512.Load(weights + 48);
            s0d = Vector512.MultiplyAddEstimate(Vector512.Create(x[column + 3]), w3, s0d);
            weights += 64;
        }

        s0a.Store(sums);
        s0b.Store(sums + 16);
        s0c.Store(sums + 32);
        s0d.Store(sums + 48);
    }
}
