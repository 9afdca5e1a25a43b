using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Gyre.Models.Architectures.Kernels;

/// <summary>Elementary functions on vectors.</summary>
/// <remarks>
/// exp(x) = 2^n · 2^f with n the nearest whole number to x·log₂e; 2^f on [−½, ½] by the Taylor polynomial of degree 6
/// in f·ln 2 (relative error below 2e-7). Below −87 the result is 0 up to rounding, above 88 it saturates; NaN stays NaN.
/// </remarks>
internal static class VectorMath
{
    private const float Log2E = 1.44269504f;
    private const float Ln2High = 0.693359375f;
    private const float Ln2Low = -2.12194440e-4f;
    private const float Lowest = -87f;
    private const float Highest = 88f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Exp(Vector256<float> x)
    {
        x = Vector256.Min(Vector256.Max(x, Vector256.Create(Lowest)), Vector256.Create(Highest));
        var n = Vector256.Round(x * Log2E);
        var f = Vector256.FusedMultiplyAdd(n, Vector256.Create(-Ln2High), x);
        f = Vector256.FusedMultiplyAdd(n, Vector256.Create(-Ln2Low), f);
        var p = Vector256.FusedMultiplyAdd(f, Vector256.Create(1f / 720), Vector256.Create(1f / 120));
        p = Vector256.FusedMultiplyAdd(p, f, Vector256.Create(1f / 24));
        p = Vector256.FusedMultiplyAdd(p, f, Vector256.Create(1f / 6));
        p = Vector256.FusedMultiplyAdd(p, f, Vector256.Create(0.5f));
        p = Vector256.FusedMultiplyAdd(p, f, Vector256<float>.One);
        p = Vector256.FusedMultiplyAdd(p, f, Vector256<float>.One);
        return p * Vector256.ShiftLeft(Vector256.ConvertToInt32(n) + Vector256.Create(127), 23).AsSingle();
    }
}
