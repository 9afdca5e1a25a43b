using System.Runtime.Intrinsics;
using Gyre.Tensors;

namespace Gyre.Models.Architectures.Kernels;

/// <summary>Row operations between the matrix products of a plan. The scalar twins are in the tests.</summary>
[HotPath]
internal static unsafe class RowKernels
{
    private const int Lanes = 8;

    /// <summary>destination = x / sqrt(mean(x²) + ε) · gain; in place when destination is x.</summary>
    public static void RmsNorm(float* x, float* gain, int width, float epsilon, float* destination)
    {
        var a = Vector256<float>.Zero;
        var b = Vector256<float>.Zero;
        var i = 0;
        for (; i <= width - (2 * Lanes); i += 2 * Lanes)
        {
            var u = Vector256.Load(x + i);
            var v = Vector256.Load(x + i + Lanes);
            a = Vector256.FusedMultiplyAdd(u, u, a);
            b = Vector256.FusedMultiplyAdd(v, v, b);
        }

        var sum = Vector256.Sum(a + b);
        for (; i < width; i++)
        {
            sum += x[i] * x[i];
        }

        var scale = 1f / MathF.Sqrt((sum / width) + epsilon);
        var scales = Vector256.Create(scale);
        for (i = 0; i <= width - Lanes; i += Lanes)
        {
            (Vector256.Load(x + i) * scales * Vector256.Load(gain + i)).Store(destination + i);
        }

        for (; i < width; i++)
        {
            destination[i] = x[i] * scale * gain[i];
        }
    }

    /// <summary>destination = (x − mean) / sqrt(variance + ε) · gain (+ bias); in place when destination is x.</summary>
    public static void LayerNorm(float* x, float* gain, float* bias, int width, float epsilon, float* destination)
    {
        var mean = Sum(x, width) / width;
        var scale = 1f / MathF.Sqrt((SumOfSquares(x, mean, width) / width) + epsilon);
        var (means, scales) = (Vector256.Create(mean), Vector256.Create(scale));
        var i = 0;
        for (; i <= width - Lanes; i += Lanes)
        {
            var value = (Vector256.Load(x + i) - means) * scales * Vector256.Load(gain + i);
            (bias == null ? value : value + Vector256.Load(bias + i)).Store(destination + i);
        }

        for (; i < width; i++)
        {
            var value = (x[i] - mean) * scale * gain[i];
            destination[i] = bias == null ? value : value + bias[i];
        }
    }

    /// <summary>Turns the pairs (i, i + pairs) of one head by the given angles, in place.</summary>
    public static void Rotate(float* head, float* cosines, float* sines, int pairs)
    {
        var i = 0;
        for (; i <= pairs - Lanes; i += Lanes)
        {
            var x = Vector256.Load(head + i);
            var y = Vector256.Load(head + pairs + i);
            var c = Vector256.Load(cosines + i);
            var s = Vector256.Load(sines + i);
            ((x * c) - (y * s)).Store(head + i);
            ((y * c) + (x * s)).Store(head + pairs + i);
        }

        for (; i < pairs; i++)
        {
            var (x, y) = (head[i], head[pairs + i]);
            head[i] = (x * cosines[i]) - (y * sines[i]);
            head[pairs + i] = (y * cosines[i]) + (x * sines[i]);
        }
    }

    /// <summary>gate = silu(gate) · up, in place.</summary>
    public static void SiluMultiply(float* gate, float* up, int count)
    {
        var i = 0;
        for (; i <= count - Lanes; i += Lanes)
        {
            var x = Vector256.Load(gate + i);
            var sigmoid = Vector256<float>.One / (Vector256<float>.One + VectorMath.Exp(-x));
            (x * sigmoid * Vector256.Load(up + i)).Store(gate + i);
        }

        for (; i < count; i++)
        {
            gate[i] = gate[i] / (1f + MathF.Exp(-gate[i])) * up[i];
        }
    }

    /// <summary>x = x · factor.</summary>
    public static void Scale(float* x, float factor, int count)
    {
        var factors = Vector256.Create(factor);
        var i = 0;
        for (; i <= count - Lanes; i += Lanes)
        {
            (Vector256.Load(x + i) * factors).Store(x + i);
        }

        for (; i < count; i++)
        {
            x[i] *= factor;
        }
    }

    /// <summary>x = x · y, number by number.</summary>
    public static void Multiply(float* x, float* y, int count)
    {
        var i = 0;
        for (; i <= count - Lanes; i += Lanes)
        {
            (Vector256.Load(x + i) * Vector256.Load(y + i)).Store(x + i);
        }

        for (; i < count; i++)
        {
            x[i] *= y[i];
        }
    }

    /// <summary>matrix[row][c] += vector[c] for columns from <paramref name="first"/> to <paramref name="end"/>.</summary>
    public static void AddToColumns(float* matrix, int rows, int width, float* vector, int first, int end)
    {
        for (var row = 0; row < rows; row++)
        {
            Add(matrix + ((long)row * width) + first, vector + first, end - first);
        }
    }

    /// <summary>destination[row][c] += source[row][c] for columns from <paramref name="first"/> to <paramref name="end"/>.</summary>
    public static void AddColumns(float* destination, float* source, int rows, int width, int first, int end)
    {
        for (var row = 0; row < rows; row++)
        {
            var offset = ((long)row * width) + first;
            Add(destination + offset, source + offset, end - first);
        }
    }

    /// <summary>destination = destination + source.</summary>
    public static void Add(float* destination, float* source, int count)
    {
        var i = 0;
        for (; i <= count - Lanes; i += Lanes)
        {
            (Vector256.Load(destination + i) + Vector256.Load(source + i)).Store(destination + i);
        }

        for (; i < count; i++)
        {
            destination[i] += source[i];
        }
    }

    private static float Sum(float* x, int width)
    {
        var a = Vector256<float>.Zero;
        var b = Vector256<float>.Zero;
        var i = 0;
        for (; i <= width - (2 * Lanes); i += 2 * Lanes)
        {
            a += Vector256.Load(x + i);
            b += Vector256.Load(x + i + Lanes);
        }

        var sum = Vector256.Sum(a + b);
        for (; i < width; i++)
        {
            sum += x[i];
        }

        return sum;
    }

    private static float SumOfSquares(float* x, float mean, int width)
    {
        var means = Vector256.Create(mean);
        var a = Vector256<float>.Zero;
        var b = Vector256<float>.Zero;
        var i = 0;
        for (; i <= width - (2 * Lanes); i += 2 * Lanes)
        {
            var u = Vector256.Load(x + i) - means;
            var v = Vector256.Load(x + i + Lanes) - means;
            a = Vector256.FusedMultiplyAdd(u, u, a);
            b = Vector256.FusedMultiplyAdd(v, v, b);
        }

        var sum = Vector256.Sum(a + b);
        for (; i < width; i++)
        {
            sum += (x[i] - mean) * (x[i] - mean);
        }

        return sum;
    }
}
