using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Gyre.Tensors;

namespace Gyre.Models.Architectures.Kernels;

/// <summary>The two narrow products of an adapter: into its rank and out of it again. The scalar twins are in the tests.</summary>
/// <remarks>
/// Matrices are in single precision or in bfloat16, in the order in which they are read. Every number has the same bits
/// whatever else is computed with it.
/// </remarks>
[HotPath]
internal static unsafe class AdapterKernels
{
    /// <summary>Outputs whose numbers of the second matrix stand together, rank by rank.</summary>
    public const int GroupRows = 16;

    /// <summary>Rows of the first matrix that stand together, <see cref="Lanes"/> columns at a time.</summary>
    private const int BlockRows = 4;
    private const int Lanes = 8;

    private interface INumbers
    {
        /// <summary>Eight numbers from an index on.</summary>
        static abstract Vector256<float> Load(void* start, long index);
    }

    /// <summary>Numbers of the first matrix with its padding.</summary>
    public static long DownLength(int rank, int width) => (long)Padded(rank, BlockRows) * Padded(width, Lanes);

    /// <summary>Where a number of the first matrix stands.</summary>
    public static long DownIndex(int r, int c, int width) =>
        ((long)(r / BlockRows) * BlockRows * Padded(width, Lanes)) + ((c / Lanes) * BlockRows * Lanes) + (r % BlockRows * Lanes) + (c % Lanes);

    /// <summary>Numbers of the second matrix with its padding.</summary>
    public static long UpLength(int rank, int outputs) => (long)Padded(outputs, GroupRows) * rank;

    /// <summary>Where a number of the second matrix stands.</summary>
    public static long UpIndex(int r, int output, int rank) => ((long)(output / GroupRows) * GroupRows * rank) + (r * GroupRows) + (output % GroupRows);

    /// <summary>destination[r] = scale · Σ down[r][c] · x[c].</summary>
    /// <param name="down">By <see cref="DownIndex"/>, padded with zeros.</param>
    /// <param name="isShort">In bfloat16.</param>
    /// <param name="rank">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="x">What is multiplied.</param>
    /// <param name="scale">Multiplies the sums.</param>
    /// <param name="destination">Receives them.</param>
    public static void Narrow(void* down, bool isShort, int rank, int width, float* x, float scale, float* destination)
    {
        if (isShort)
        {
            Narrow<ShortNumbers>(down, rank, width, x, scale, destination);
        }
        else
        {
            Narrow<SingleNumbers>(down, rank, width, x, scale, destination);
        }
    }

    /// <summary>
    /// y[o] = y[o] · gain[o] + offset[o] + Σ up[r][o] · narrow[r] for outputs from <paramref name="first"/>, a multiple
    /// of 16, to <paramref name="end"/>.
    /// </summary>
    /// <param name="up">By <see cref="UpIndex"/>; read when rank is more than 0.</param>
    /// <param name="isShort">In bfloat16.</param>
    /// <param name="rank">How many numbers <paramref name="narrow"/> has.</param>
    /// <param name="narrow">The first product.</param>
    /// <param name="gain">Null for 1.</param>
    /// <param name="offset">Null for 0.</param>
    /// <param name="y">The base's outputs, changed in place.</param>
    /// <param name="first">The first output.</param>
    /// <param name="end">The output after the last.</param>
    public static void Widen(void* up, bool isShort, int rank, float* narrow, float* gain, float* offset, float* y, int first, int end)
    {
        if (isShort)
        {
            Widen<ShortNumbers>(up, rank, narrow, gain, offset, y, first, end);
        }
        else
        {
            Widen<SingleNumbers>(up, rank, narrow, gain, offset, y, first, end);
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

    private static int Padded(int count, int to) => (count + to - 1) / to * to;

    private static void Narrow<T>(void* down, int rank, int width, float* x, float scale, float* destination)
        where T : struct, INumbers
    {
        var blockLength = (long)BlockRows * Padded(width, Lanes);
        var sums = stackalloc float[BlockRows];
        for (var r = 0; r < rank; r += BlockRows)
        {
            NarrowBlock<T>(down, r / BlockRows * blockLength, width, x, sums);
            for (var i = 0; i < Math.Min(BlockRows, rank - r); i++)
            {
                destination[r + i] = scale * sums[i];
            }
        }
    }

    private static void NarrowBlock<T>(void* down, long at, int width, float* x, float* sums)
        where T : struct, INumbers
    {
        var (a, b) = (Vector256<float>.Zero, Vector256<float>.Zero);
        var (c, d) = (Vector256<float>.Zero, Vector256<float>.Zero);
        var (e, f) = (Vector256<float>.Zero, Vector256<float>.Zero);
        var (g, h) = (Vector256<float>.Zero, Vector256<float>.Zero);
        var i = 0;
        for (; i <= width - (2 * Lanes); i += 2 * Lanes, at += 2 * BlockRows * Lanes)
        {
            var u = Vector256.Load(x + i);
            var v = Vector256.Load(x + i + Lanes);
            a = Vector256.FusedMultiplyAdd(T.Load(down, at), u, a);
            b = Vector256.FusedMultiplyAdd(T.Load(down, at + Lanes), u, b);
            c = Vector256.FusedMultiplyAdd(T.Load(down, at + (2 * Lanes)), u, c);
            d = Vector256.FusedMultiplyAdd(T.Load(down, at + (3 * Lanes)), u, d);
            e = Vector256.FusedMultiplyAdd(T.Load(down, at + (4 * Lanes)), v, e);
            f = Vector256.FusedMultiplyAdd(T.Load(down, at + (5 * Lanes)), v, f);
            g = Vector256.FusedMultiplyAdd(T.Load(down, at + (6 * Lanes)), v, g);
            h = Vector256.FusedMultiplyAdd(T.Load(down, at + (7 * Lanes)), v, h);
        }

        (a, b, c, d) = (a + e, b + f, c + g, d + h);
        var rest = stackalloc float[Lanes];
        for (; i < width; i += Lanes, at += BlockRows * Lanes)
        {
            // The matrix is padded with zeros, the row is not.
            for (var lane = 0; lane < Lanes; lane++)
            {
                rest[lane] = i + lane < width ? x[i + lane] : 0f;
            }

            var u = Vector256.Load(rest);
            a = Vector256.FusedMultiplyAdd(T.Load(down, at), u, a);
            b = Vector256.FusedMultiplyAdd(T.Load(down, at + Lanes), u, b);
            c = Vector256.FusedMultiplyAdd(T.Load(down, at + (2 * Lanes)), u, c);
            d = Vector256.FusedMultiplyAdd(T.Load(down, at + (3 * Lanes)), u, d);
        }

        sums[0] = Vector256.Sum(a);
        sums[1] = Vector256.Sum(b);
        sums[2] = Vector256.Sum(c);
        sums[3] = Vector256.Sum(d);
    }

    private static void Widen<T>(void* up, int rank, float* narrow, float* gain, float* offset, float* y, int first, int end)
        where T : struct, INumbers
    {
        var o = first;
        for (; o <= end - GroupRows; o += GroupRows)
        {
            var (low, high) = Sums<T>(up, (long)o * rank, rank, narrow);
            Combine(low, gain, offset, y, o).Store(y + o);
            Combine(high, gain, offset, y, o + Lanes).Store(y + o + Lanes);
        }

        if (o < end)
        {
            var sums = stackalloc float[GroupRows];
            var (low, high) = Sums<T>(up, (long)o * rank, rank, narrow);
            low.Store(sums);
            high.Store(sums + Lanes);
            for (var i = 0; o < end; i++, o++)
            {
                var value = gain == null ? y[o] : y[o] * gain[o];
                y[o] = (offset == null ? value : value + offset[o]) + sums[i];
            }
        }
    }

    private static Vector256<float> Combine(Vector256<float> sums, float* gain, float* offset, float* y, int at)
    {
        var value = Vector256.Load(y + at);
        value = gain == null ? value : value * Vector256.Load(gain + at);
        return (offset == null ? value : value + Vector256.Load(offset + at)) + sums;
    }

    private static (Vector256<float> Low, Vector256<float> High) Sums<T>(void* up, long at, int rank, float* narrow)
        where T : struct, INumbers
    {
        var low = Vector256<float>.Zero;
        var high = Vector256<float>.Zero;
        for (var r = 0; r < rank; r++, at += GroupRows)
        {
            var factor = Vector256.Create(narrow[r]);
            low = Vector256.FusedMultiplyAdd(T.Load(up, at), factor, low);
            high = Vector256.FusedMultiplyAdd(T.Load(up, at + Lanes), factor, high);
        }

        return (low, high);
    }

    private readonly struct SingleNumbers : INumbers
    {
        public static Vector256<float> Load(void* start, long index) => Vector256.Load((float*)start + index);
    }

    private readonly struct ShortNumbers : INumbers
    {
        public static Vector256<float> Load(void* start, long index)
        {
            var place = (ushort*)start + index;
            if (Avx2.IsSupported)
            {
                return Vector256.ShiftLeft(Avx2.ConvertToVector256Int32(place), 16).AsSingle();
            }

            var (low, high) = Vector128.Widen(Vector128.Load(place));
            return Vector256.ShiftLeft(Vector256.Create(low, high), 16).AsSingle();
        }
    }
}
