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

    /// <summary>The index of the largest value among those whose bits are set, the lowest one when several are equal; −1 for none.</summary>
    /// <param name="values">The values.</param>
    /// <param name="mask">Bit <c>i mod 64</c> of word <c>i / 64</c> for value <c>i</c>; may be longer or shorter than the values.</param>
    [HotPath]
    public static int IndexOfMax(ReadOnlySpan<float> values, ReadOnlySpan<ulong> mask)
    {
        const int Width = 64;
        var (best, maximum) = (-1, float.NegativeInfinity);
        for (var word = 0; word < mask.Length && word * Width < values.Length; word++)
        {
            var bits = mask[word];
            if (bits == 0)
            {
                continue;
            }

            var part = values.Slice(word * Width, Math.Min(Width, values.Length - (word * Width)));
            if (part.Length < Width)
            {
                bits &= (1UL << part.Length) - 1;
            }

            if (best >= 0 && Max(part) <= maximum)
            {
                // Nothing larger here, allowed or not.
                continue;
            }

            for (; bits != 0; bits &= bits - 1)
            {
                var at = BitOperations.TrailingZeroCount(bits);
                var value = part[at];
                if (float.IsNaN(value))
                {
                    return (word * Width) + at;
                }

                if (best < 0 || value > maximum)
                {
                    (best, maximum) = ((word * Width) + at, value);
                }
            }
        }

        return best;
    }
}
