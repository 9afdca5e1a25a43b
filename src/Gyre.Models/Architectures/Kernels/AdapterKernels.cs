using System.Runtime.Intrinsics;
using Gyre.Tensors;

namespace Gyre.Models.Architectures.Kernels;

/// <summary>The two narrow products of an adapter: into its rank and out of it again. The scalar twins are in the tests.</summary>
/// <remarks>Every number has the same bits whatever else is computed with it.</remarks>
[HotPath]
internal static unsafe class AdapterKernels
{
    /// <summary>Outputs whose numbers of the second matrix stand together, rank by rank.</summary>
    public const int GroupRows = 16;

    private const int Lanes = 8;

    /// <summary>destination[r] = scale · Σ down[r][c] · x[c].</summary>
    public static void Narrow(float* down, int rank, int width, float* x, float scale, float* destination)
    {
        var r = 0;
        for (; r <= rank - 4; r += 4)
        {
            NarrowFour(down + ((long)r * width), width, x, scale, destination + r);
        }

        for (; r < rank; r++)
        {
            destination[r] = scale * Dot(down + ((long)r * width), x, width);
        }
    }

    /// <summary>
    /// y[o] = y[o] · gain[o] + offset[o] + Σ up[o / 16][r][o mod 16] · narrow[r] for outputs from
    /// <paramref name="first"/>, a multiple of 16, to <paramref name="end"/>.
    /// </summary>
    /// <param name="up">In groups of 16 outputs; read when rank is more than 0.</param>
    /// <param name="rank">How many numbers <paramref name="narrow"/> has.</param>
    /// <param name="narrow">The first product.</param>
    /// <param name="gain">Null for 1.</param>
    /// <param name="offset">Null for 0.</param>
    /// <param name="y">The base's outputs, changed in place.</param>
    /// <param name="first">The first output.</param>
    /// <param name="end">The output after the last.</param>
    public static void Widen(float* up, int rank, float* narrow, float* gain, float* offset, float* y, int first, int end)
    {
        var o = first;
        for (; o <= end - GroupRows; o += GroupRows)
        {
            var (low, high) = Sums(up + ((long)o * rank), rank, narrow);
            Combine(low, gain, offset, y, o).Store(y + o);
            Combine(high, gain, offset, y, o + Lanes).Store(y + o + Lanes);
        }

        if (o < end)
        {
            var sums = stackalloc float[GroupRows];
            var (low, high) = Sums(up + ((long)o * rank), rank, narrow);
            low.Store(sums);
            high.Store(sums + Lanes);
            for (var i = 0; o < end; i++, o++)
            {
                var value = gain == null ? y[o] : y[o] * gain[o];
                y[o] = (offset == null ? value : value + offset[o]) + sums[i];
            }
        }
    }

    /// <summary>destination[i] += factor · x[i].</summary>
    public static void AddScaled(float* destination, float* x, float factor, int count)
    {
        var factors = Vector256.Create(factor);
        var i = 0;
        for (; i <= count - Lanes; i += Lanes)
        {
            Vector256.FusedMultiplyAdd(Vector256.Load(x + i), factors, Vector256.Load(destination + i)).Store(destination + i);
        }

        for (; i < count; i++)
        {
            destination[i] = MathF.FusedMultiplyAdd(x[i], factor, destination[i]);
        }
    }

    private static Vector256<float> Combine(Vector256<float> sums, float* gain, float* offset, float* y, int at)
    {
        var value = Vector256.Load(y + at);
        value = gain == null ? value : value * Vector256.Load(gain + at);
        return (offset == null ? value : value + Vector256.Load(offset + at)) + sums;
    }

    private static (Vector256<float> Low, Vector256<float> High) Sums(float* up, int rank, float* narrow)
    {
        var low = Vector256<float>.Zero;
        var high = Vector256<float>.Zero;
        for (var r = 0; r < rank; r++)
        {
            var factor = Vector256.Create(narrow[r]);
            low = Vector256.FusedMultiplyAdd(Vector256.Load(up + (r * GroupRows)), factor, low);
            high = Vector256.FusedMultiplyAdd(Vector256.Load(up + (r * GroupRows) + Lanes), factor, high);
        }

        return (low, high);
    }

    /// <summary>Four rows that read x together; each has the bits that it would have alone.</summary>
    private static void NarrowFour(float* down, int width, float* x, float scale, float* destination)
    {
        var (a, b) = (Vector256<float>.Zero, Vector256<float>.Zero);
        var (c, d) = (Vector256<float>.Zero, Vector256<float>.Zero);
        var i = 0;
        for (; i <= width - Lanes; i += Lanes)
        {
            var u = Vector256.Load(x + i);
            a = Vector256.FusedMultiplyAdd(Vector256.Load(down + i), u, a);
            b = Vector256.FusedMultiplyAdd(Vector256.Load(down + width + i), u, b);
            c = Vector256.FusedMultiplyAdd(Vector256.Load(down + (2L * width) + i), u, c);
            d = Vector256.FusedMultiplyAdd(Vector256.Load(down + (3L * width) + i), u, d);
        }

        destination[0] = scale * Finish(a, down, x, i, width);
        destination[1] = scale * Finish(b, down + width, x, i, width);
        destination[2] = scale * Finish(c, down + (2L * width), x, i, width);
        destination[3] = scale * Finish(d, down + (3L * width), x, i, width);
    }

    private static float Dot(float* row, float* x, int width)
    {
        var sum = Vector256<float>.Zero;
        var i = 0;
        for (; i <= width - Lanes; i += Lanes)
        {
            sum = Vector256.FusedMultiplyAdd(Vector256.Load(row + i), Vector256.Load(x + i), sum);
        }

        return Finish(sum, row, x, i, width);
    }

    private static float Finish(Vector256<float> sums, float* row, float* x, int i, int width)
    {
        var sum = Vector256.Sum(sums);
        for (; i < width; i++)
        {
            sum += row[i] * x[i];
        }

        return sum;
    }
}
