using System.Numerics;
using Gyre.Tensors.Threading;

namespace Gyre.Tensors.Kernels;

/// <summary>
/// y (+)= A·x: rows that are contiguous as dot products, columns that are contiguous as scaled sums. Bound by memory,
/// so <see cref="Vector{T}"/> is wide enough. The sum of an element depends on its place in the matrix only.
/// </summary>
internal static unsafe class GemvKernels
{
    /// <summary>Rows that one pass over the columns keeps in registers; members split at multiples of it.</summary>
    private const int RowsPerBlock = 64;

    public static void Compute(
        int rows, int columns, float* a, nint aRow, nint aCol, float* x, nint xStep, float* y, nint yStep, bool accumulate, int member, int size)
    {
        var (begin, end) = ThreadTeam.Slice((rows + RowsPerBlock - 1) / RowsPerBlock, member, size);
        (begin, end) = (begin * RowsPerBlock, Math.Min(rows, end * RowsPerBlock));
        if (aCol == 1 && xStep == 1)
        {
            for (var i = begin; i < end; i++)
            {
                Put(y + (i * yStep), Dot(columns, a + (i * aRow), x), accumulate);
            }
        }
        else if (aRow == 1 && yStep == 1)
        {
            SumColumns(begin, end, columns, a, aCol, x, xStep, y, accumulate);
        }
        else
        {
            for (var i = begin; i < end; i++)
            {
                Put(y + (i * yStep), StridedDot(columns, a + (i * aRow), aCol, x, xStep), accumulate);
            }
        }
    }

    private static void Put(float* y, float sum, bool accumulate) => *y = accumulate ? *y + sum : sum;

    private static float StridedDot(int count, float* a, nint aStep, float* x, nint xStep)
    {
        var sum = 0f;
        for (var p = 0; p < count; p++)
        {
            sum += a[p * aStep] * x[p * xStep];
        }

        return sum;
    }

    private static float Dot(int count, float* a, float* x)
    {
        var width = Vector<float>.Count;
        var (s0, s1, s2, s3) = (Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero);
        var p = 0;
        for (; p <= count - (4 * width); p += 4 * width)
        {
            s0 = Vector.MultiplyAddEstimate(Vector.Load(a + p), Vector.Load(x + p), s0);
            s1 = Vector.MultiplyAddEstimate(Vector.Load(a + p + width), Vector.Load(x + p + width), s1);
            s2 = Vector.MultiplyAddEstimate(Vector.Load(a + p + (2 * width)), Vector.Load(x + p + (2 * width)), s2);
            s3 = Vector.MultiplyAddEstimate(Vector.Load(a + p + (3 * width)), Vector.Load(x + p + (3 * width)), s3);
        }

        for (; p <= count - width; p += width)
        {
            s0 = Vector.MultiplyAddEstimate(Vector.Load(a + p), Vector.Load(x + p), s0);
        }

        var sum = Vector.Sum(s0 + s1 + (s2 + s3));
        for (; p < count; p++)
        {
            sum += a[p] * x[p];
        }

        return sum;
    }

    private static void SumColumns(int begin, int end, int columns, float* a, nint aCol, float* x, nint xStep, float* y, bool accumulate)
    {
        var width = Vector<float>.Count;
        var i = begin;
        for (; i <= end - (8 * width); i += 8 * width)
        {
            var (s0, s1, s2, s3) = (Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero);
            var (s4, s5, s6, s7) = (Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero);
            var column = a + i;
            for (var p = 0; p < columns; p++, column += aCol)
            {
                var factor = new Vector<float>(x[p * xStep]);
                s0 = Vector.MultiplyAddEstimate(Vector.Load(column), factor, s0);
                s1 = Vector.MultiplyAddEstimate(Vector.Load(column + width), factor, s1);
                s2 = Vector.MultiplyAddEstimate(Vector.Load(column + (2 * width)), factor, s2);
                s3 = Vector.MultiplyAddEstimate(Vector.Load(column + (3 * width)), factor, s3);
                s4 = Vector.MultiplyAddEstimate(Vector.Load(column + (4 * width)), factor, s4);
                s5 = Vector.MultiplyAddEstimate(Vector.Load(column + (5 * width)), factor, s5);
                s6 = Vector.MultiplyAddEstimate(Vector.Load(column + (6 * width)), factor, s6);
                s7 = Vector.MultiplyAddEstimate(Vector.Load(column + (7 * width)), factor, s7);
            }

            Put(y + i, s0, accumulate);
            Put(y + i + width, s1, accumulate);
            Put(y + i + (2 * width), s2, accumulate);
            Put(y + i + (3 * width), s3, accumulate);
            Put(y + i + (4 * width), s4, accumulate);
            Put(y + i + (5 * width), s5, accumulate);
            Put(y + i + (6 * width), s6, accumulate);
            Put(y + i + (7 * width), s7, accumulate);
        }

        for (; i <= end - width; i += width)
        {
            var sum = Vector<float>.Zero;
            for (var p = 0; p < columns; p++)
            {
                sum = Vector.MultiplyAddEstimate(Vector.Load(a + i + (p * aCol)), new Vector<float>(x[p * xStep]), sum);
            }

            Put(y + i, sum, accumulate);
        }

        for (; i < end; i++)
        {
            Put(y + i, StridedDot(columns, a + i, aCol, x, xStep), accumulate);
        }
    }

    private static void Put(float* y, Vector<float> sum, bool accumulate) => (accumulate ? Vector.Load(y) + sum : sum).Store(y);
}
