using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Gyre.Tensors.Kernels;

/// <summary>
/// One token against 16 rows of weights in F16 or BF16 [column][16], widened on the way from memory; the sums are
/// those of <see cref="PackedFloatKernels512"/>, bit for bit.
/// </summary>
internal static unsafe class PackedHalfKernels512
{
    /// <summary>Weights in half precision.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void OneHalf(byte* weights, int columns, float* x, float* sums)
    {
        var (s0, s1, s2, s3) = (Vector512.Load(sums), Vector512.Load(sums + 16), Vector512.Load(sums + 32), Vector512.Load(sums + 48));
        for (var column = 0; column < columns; column += 4)
        {
            s0 = Vector512.MultiplyAddEstimate(Vector512.Create(x[column]), Vector512Halves.Load(weights), s0);
            s1 = Vector512.MultiplyAddEstimate(Vector512.Create(x[column + 1]), Vector512Halves.Load(weights + 32), s1);
            s2 = Vector512.MultiplyAddEstimate(Vector512.Create(x[column + 2]), Vector512Halves.Load(weights + 64), s2);
            s3 = Vector512.MultiplyAddEstimate(Vector512.Create(x[column + 3]), Vector512Halves.Load(weights + 96), s3);
            weights += 128;
        }

        s0.Store(sums);
        s1.Store(sums + 16);
        s2.Store(sums + 32);
        s3.Store(sums + 48);
    }

    /// <summary>Weights that are the upper halves of single precision.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void OneBrain(byte* weights, int columns, float* x, float* sums)
    {
        var (s0, s1, s2, s3) = (Vector512.Load(sums), Vector512.Load(sums + 16), Vector512.Load(sums + 32), Vector512.Load(sums + 48));
        for (var column = 0; column < columns; column += 4)
        {
            s0 = Vector512.MultiplyAddEstimate(Vector512.Create(x[column]), LoadBrain(weights), s0);
            s1 = Vector512.MultiplyAddEstimate(Vector512.Create(x[column + 1]), LoadBrain(weights + 32), s1);
            s2 = Vector512.MultiplyAddEstimate(Vector512.Create(x[column + 2]), LoadBrain(weights + 64), s2);
            s3 = Vector512.MultiplyAddEstimate(Vector512.Create(x[column + 3]), LoadBrain(weights + 96), s3);
            weights += 128;
        }

        s0.Store(sums);
        s1.Store(sums + 16);
        s2.Store(sums + 32);
        s3.Store(sums + 48);
    }

    /// <summary>Loads 16 upper halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> LoadBrain(byte* source) =>
        Vector512.ShiftLeft(Vector512.WidenLower(Vector256.Load((ushort*)source).ToVector512Unsafe()), 16).AsSingle();
}
