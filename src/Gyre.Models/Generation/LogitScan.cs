using System.Numerics;
using System.Runtime.InteropServices;
using Gyre.Tensors;

namespace Gyre.Models.Generation;

/// <summary>Finds the largest logit.</summary>
internal static class LogitScan
{
    /// <summary>The largest value; not-a-number when any value is not a number.</summary>
    [HotPath]
    public static float Max(ReadOnlySpan<float> values)
    {
        var maximum = float.NegativeInfinity;
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        if (vectors.Length > 0)
        {
            var lanes = vectors[0];
            foreach (var vector in vectors[1..])
            {
                lanes = Vector.Max(lanes, vector);
            }

            for (var lane = 0; lane < Vector<float>.Count; lane++)
            {
                maximum = MathF.Max(maximum, lanes[lane]);
            }
        }

        foreach (var value in values[(vectors.Length * Vector<float>.Count)..])
        {
            maximum = MathF.Max(maximum, value);
        }

        return maximum;
    }

    /// <summary>The index of the largest value, the lowest one when several are equal.</summary>
    [HotPath]
    public static int IndexOfMax(ReadOnlySpan<float> values) => values.IndexOf(Max(values));
}
