using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Gyre.Models.Encoders;

/// <summary>Arithmetic on vectors of texts and tokens; eight numbers at a time, in an order that does not depend on the machine.</summary>
internal static class VectorRows
{
    /// <summary>destination += row.</summary>
    public static void Add(ReadOnlySpan<float> row, Span<float> destination) => AddScaled(row, 1f, destination);

    /// <summary>destination += factor · row.</summary>
    public static void AddScaled(ReadOnlySpan<float> row, float factor, Span<float> destination)
    {
        var from = Wide(row);
        var to = Wide(destination);
        for (var i = 0; i < to.Length; i++)
        {
            to[i] += from[i] * factor;
        }

        for (var i = to.Length * Vector256<float>.Count; i < destination.Length; i++)
        {
            destination[i] += row[i] * factor;
        }
    }

    /// <summary>destination = max(destination, row), number by number.</summary>
    public static void Max(ReadOnlySpan<float> row, Span<float> destination)
    {
        var from = Wide(row);
        var to = Wide(destination);
        for (var i = 0; i < to.Length; i++)
        {
            to[i] = Vector256.Max(to[i], from[i]);
        }

        for (var i = to.Length * Vector256<float>.Count; i < destination.Length; i++)
        {
            destination[i] = Math.Max(destination[i], row[i]);
        }
    }

    /// <summary>vector /= divisor.</summary>
    public static void Divide(Span<float> vector, float divisor)
    {
        foreach (ref var value in vector)
        {
            value /= divisor;
        }
    }

    /// <summary>The sum of the products.</summary>
    public static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var first = Wide(a);
        var second = Wide(b);
        var sums = Vector256<float>.Zero;
        for (var i = 0; i < first.Length; i++)
        {
            sums += first[i] * second[i];
        }

        var sum = Vector256.Sum(sums);
        for (var i = first.Length * Vector256<float>.Count; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    private static ReadOnlySpan<Vector256<float>> Wide(ReadOnlySpan<float> row) => MemoryMarshal.Cast<float, Vector256<float>>(row);

    private static Span<Vector256<float>> Wide(Span<float> row) => MemoryMarshal.Cast<float, Vector256<float>>(row);
}
