using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Gyre.Tensors;

namespace Gyre.Models.Architectures.Kernels;

/// <summary>Attention of queries over cached keys and values. The scalar twin is in the tests.</summary>
[HotPath]
internal static unsafe class AttentionKernels
{
    private const int BlockKeys = 64;
    private const int Lanes = 8;
    private const int LineFloats = 16;

    /// <summary>One query head of one token over the keys from <paramref name="first"/> to <paramref name="end"/>.</summary>
    /// <remarks>
    /// Shape: query [D], keys and values [·,D] contiguous, destination [D]. Online softmax over blocks of 64 keys, so no
    /// score row is kept.
    /// <para>Source: Dao et al. 2022 (FlashAttention), algorithm 1.</para>
    /// </remarks>
    [SkipLocalsInit]
    public static void AttendOne(
        float* query, float* keys, float* values, int width, int first, int end, float scale, float* destination)
    {
        var scores = stackalloc float[BlockKeys];
        var largest = float.NegativeInfinity;
        var sum = 0f;
        Unsafe.InitBlock(destination, 0, (uint)(width * sizeof(float)));
        for (var begin = first; begin < end; begin += BlockKeys)
        {
            var count = Math.Min(BlockKeys, end - begin);
            var top = largest;
            for (var j = 0; j < count; j++)
            {
                Fetch(values + ((long)(begin + j) * width), width);
                scores[j] = Dot(query, keys + ((long)(begin + j) * width), width) * scale;
                top = MathF.Max(top, scores[j]);
            }

            if (top > largest)
            {
                var shrink = MathF.Exp(largest - top);
                sum *= shrink;
                Multiply(destination, shrink, width);
                largest = top;
            }

            sum += ExpSum(scores, count, largest);
            AddWeighted(values + ((long)begin * width), scores, count, width, destination);
        }

        Multiply(destination, 1f / sum, width);
    }

    /// <summary>Asks for a row of values while the scores of its block are computed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fetch(float* row, int width)
    {
        if (Sse.IsSupported)
        {
            for (var i = 0; i < width; i += LineFloats)
            {
                Sse.Prefetch0(row + i);
            }
        }
    }

    private static float Dot(float* x, float* y, int width)
    {
        var i = 0;
        var a = Vector256<float>.Zero;
        var b = Vector256<float>.Zero;
        for (; i <= width - (2 * Lanes); i += 2 * Lanes)
        {
            a = Vector256.FusedMultiplyAdd(Vector256.Load(x + i), Vector256.Load(y + i), a);
            b = Vector256.FusedMultiplyAdd(Vector256.Load(x + i + Lanes), Vector256.Load(y + i + Lanes), b);
        }

        var sum = Vector256.Sum(a + b);
        for (; i < width; i++)
        {
            sum += x[i] * y[i];
        }

        return sum;
    }

    private static float ExpSum(float* scores, int count, float largest)
    {
        var sums = Vector256<float>.Zero;
        var shift = Vector256.Create(largest);
        var i = 0;
        for (; i <= count - Lanes; i += Lanes)
        {
            var weight = VectorMath.Exp(Vector256.Load(scores + i) - shift);
            weight.Store(scores + i);
            sums += weight;
        }

        var sum = Vector256.Sum(sums);
        for (; i < count; i++)
        {
            scores[i] = MathF.Exp(scores[i] - largest);
            sum += scores[i];
        }

        return sum;
    }

    private static void AddWeighted(float* values, float* weights, int count, int width, float* destination)
    {
        var i = 0;
        for (; i <= width - (8 * Lanes); i += 8 * Lanes)
        {
            AddWeighted64(values + i, weights, count, width, destination + i);
        }

        for (; i <= width - (2 * Lanes); i += 2 * Lanes)
        {
            var a = Vector256.Load(destination + i);
            var b = Vector256.Load(destination + i + Lanes);
            for (var j = 0; j < count; j++)
            {
                var weight = Vector256.Create(weights[j]);
                var row = values + ((long)j * width) + i;
                a = Vector256.FusedMultiplyAdd(weight, Vector256.Load(row), a);
                b = Vector256.FusedMultiplyAdd(weight, Vector256.Load(row + Lanes), b);
            }

            a.Store(destination + i);
            b.Store(destination + i + Lanes);
        }

        for (; i < width; i++)
        {
            for (var j = 0; j < count; j++)
            {
                destination[i] += weights[j] * values[((long)j * width) + i];
            }
        }
    }

    /// <summary>64 columns at once, so that no sum waits for its own last addition.</summary>
    private static void AddWeighted64(float* values, float* weights, int count, int width, float* destination)
    {
        var a = Vector256.Load(destination);
        var b = Vector256.Load(destination + Lanes);
        var c = Vector256.Load(destination + (2 * Lanes));
        var d = Vector256.Load(destination + (3 * Lanes));
        var e = Vector256.Load(destination + (4 * Lanes));
        var f = Vector256.Load(destination + (5 * Lanes));
        var g = Vector256.Load(destination + (6 * Lanes));
        var h = Vector256.Load(destination + (7 * Lanes));
        for (var j = 0; j < count; j++)
        {
            var weight = Vector256.Create(weights[j]);
            var row = values + ((long)j * width);
            a = Vector256.FusedMultiplyAdd(weight, Vector256.Load(row), a);
            b = Vector256.FusedMultiplyAdd(weight, Vector256.Load(row + Lanes), b);
            c = Vector256.FusedMultiplyAdd(weight, Vector256.Load(row + (2 * Lanes)), c);
            d = Vector256.FusedMultiplyAdd(weight, Vector256.Load(row + (3 * Lanes)), d);
            e = Vector256.FusedMultiplyAdd(weight, Vector256.Load(row + (4 * Lanes)), e);
            f = Vector256.FusedMultiplyAdd(weight, Vector256.Load(row + (5 * Lanes)), f);
            g = Vector256.FusedMultiplyAdd(weight, Vector256.Load(row + (6 * Lanes)), g);
            h = Vector256.FusedMultiplyAdd(weight, Vector256.Load(row + (7 * Lanes)), h);
        }

        a.Store(destination);
        b.Store(destination + Lanes);
        c.Store(destination + (2 * Lanes));
        d.Store(destination + (3 * Lanes));
        e.Store(destination + (4 * Lanes));
        f.Store(destination + (5 * Lanes));
        g.Store(destination + (6 * Lanes));
        h.Store(destination + (7 * Lanes));
    }

    private static void Multiply(float* x, float factor, int width)
    {
        for (var i = 0; i < width; i++)
        {
            x[i] *= factor;
        }
    }
}
