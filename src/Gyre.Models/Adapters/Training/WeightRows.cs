using System.Numerics;

namespace Gyre.Models.Adapters.Training;

/// <summary>Arithmetic on rows of weights; the same bits on every machine with vectors of one width.</summary>
internal static class WeightRows
{
    /// <summary>row += factor · x.</summary>
    public static void Add(Span<float> row, ReadOnlySpan<float> x, float factor)
    {
        var i = 0;
        for (; i <= row.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var part = row.Slice(i, Vector<float>.Count);
            (new Vector<float>(part) + (new Vector<float>(x.Slice(i, Vector<float>.Count)) * factor)).CopyTo(part);
        }

        for (; i < row.Length; i++)
        {
            row[i] += x[i] * factor;
        }
    }

    /// <summary>row *= factor.</summary>
    public static void Scale(Span<float> row, float factor)
    {
        foreach (ref var value in row)
        {
            value *= factor;
        }
    }

    /// <summary>row *= x, number by number.</summary>
    public static void Multiply(Span<float> row, ReadOnlySpan<float> x)
    {
        for (var i = 0; i < row.Length; i++)
        {
            row[i] *= x[i];
        }
    }

    /// <summary>√Σ row².</summary>
    public static float Length(ReadOnlySpan<float> row)
    {
        var (sum, i) = (0.0, 0);
        var (low, high) = (Vector<double>.Zero, Vector<double>.Zero);
        for (; i <= row.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(new Vector<float>(row.Slice(i, Vector<float>.Count)), out var first, out var second);
            low += first * first;
            high += second * second;
        }

        sum = Vector.Sum(low + high);
        for (; i < row.Length; i++)
        {
            sum += (double)row[i] * row[i];
        }

        return (float)Math.Sqrt(sum);
    }
}
