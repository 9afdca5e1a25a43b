using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Gyre.Tensors.Kernels;

/// <summary>
/// Weights in single precision [column][16] in 256-bit registers, 8 rows of a group at once. Sums are [token][4][16]: column p
/// adds to sum p mod 4, so that a single token has four independent chains and any number of tokens the same bits.
/// </summary>
internal static unsafe class PackedFloatKernels256
{
    /// <summary>Three tokens: 12 registers accumulate.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Three(float* weights, int columns, float* x, nint xStride, float* sums)
    {
        var x1 = x + xStride;
        var x2 = x + (2 * xStride);
        var s0a = Vector256.Load(sums);
        var s0b = Vector256.Load(sums + 16);
        var s0c = Vector256.Load(sums + 32);
        var s0d = Vector256.Load(sums + 48);
        var s1a = Vector256.Load(sums + 64);
        var s1b = Vector256.Load(sums + 80);
        var s1c = Vector256.Load(sums + 96);
        var s1d = Vector256.Load(sums + 112);
        var s2a = Vector256.Load(sums + 128);
        var s2b = Vector256.Load(sums + 144);
        var s2c = Vector256.Load(sums + 160);
        var s2d = Vector256.Load(sums + 176);
        for (var column = 0; column < columns; column += 4)
        {
            var w0 = Vector256.Load(weights);
            s0a = Vector256.MultiplyAddEstimate(Vector256.Create(x[column]), w0, s0a);
            s1a = Vector256.MultiplyAddEstimate(Vector256.Create(x1[column]), w0, s1a);
            s2a = Vector256.MultiplyAddEstimate(Vector256.Create(x2[column]), w0, s2a);
            var w1 = Vector256.Load(weights + 16);
            s0b = Vector256.MultiplyAddEstimate(Vector256.Create(x[column + 1]), w1, s0b);
            s1b = Vector256.MultiplyAddEstimate(Vector256.Create(x1[column + 1]), w1, s1b);
            s2b = Vector256.MultiplyAddEstimate(Vector256.Create(x2[column + 1]), w1, s2b);
            var w2 = Vector256.Load(weights + 32);
            s0c = Vector256.MultiplyAddEstimate(Vector256.Create(x[column + 2]), w2, s0c);
            s1c = Vector256.MultiplyAddEstimate(Vector256.Create(x1[column + 2]), w2, s1c);
            s2c = Vector256.MultiplyAddEstimate(Vector256.Create(x2[column + 2]), w2, s2c);
            var w3 = Vector256.Load(weights + 48);
            s0d = Vector256.MultiplyAddEstimate(Vector256.Create(x[column + 3]), w3, s0d);
            s1d = Vector256.MultiplyAddEstimate(Vector256.Create(x1[column + 3]), w3, s1d);
            s2d = Vector256.MultiplyAddEstimate(Vector256.Create(x2[column + 3]), w3, s2d);
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
        var s0a = Vector256.Load(sums);
        var s0b = Vector256.Load(sums + 16);
        var s0c = Vector256.Load(sums + 32);
        var s0d = Vector256.Load(sums + 48);
        for (var column = 0; column < columns; column += 4)
        {
            var w0 = Vector256.Load(weights);
            s0a = Vector256.MultiplyAddEstimate(Vector256.Create(x[column]), w0, s0a);
            var w1 = Vector256.Load(weights + 16);
            s0b = Vector256.MultiplyAddEstimate(Vector256.Create(x[column + 1]), w1, s0b);
            var w2 = Vector256.Load(weights + 32);
            s0c = Vector256.MultiplyAddEstimate(Vector256.Create(x[column + 2]), w2, s0c);
            var w3 = Vector256.Load(weights + 48);
            s0d = Vector256.MultiplyAddEstimate(Vector256.Create(x[column + 3]), w3, s0d);
            weights += 64;
        }

        s0a.Store(sums);
        s0b.Store(sums + 16);
        s0c.Store(sums + 32);
        s0d.Store(sums + 48);
    }
}
