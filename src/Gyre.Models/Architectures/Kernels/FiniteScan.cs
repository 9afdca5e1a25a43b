using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Gyre.Tensors;

namespace Gyre.Models.Architectures.Kernels;

/// <summary>Looks for numbers that are not finite.</summary>
internal static class FiniteScan
{
    /// <summary>True when no value is infinite or not a number.</summary>
    [HotPath]
    public static bool IsFinite(ReadOnlySpan<float> values)
    {
        // x · 0 is 0 for every finite x and NaN for the others, and NaN survives the sum.
        var vectors = MemoryMarshal.Cast<float, Vector256<float>>(values);
        var (a, b) = (Vector256<float>.Zero, Vector256<float>.Zero);
        var i = 0;
        for (; i < vectors.Length - 1; i += 2)
        {
            a += vectors[i] * Vector256<float>.Zero;
            b += vectors[i + 1] * Vector256<float>.Zero;
        }

        var sum = Vector256.Sum(a + b);
        foreach (var value in values[(i * Vector256<float>.Count)..])
        {
            sum += value * 0f;
        }

        return sum == 0f;
    }
}
