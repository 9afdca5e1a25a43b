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
            Fetch(values + ((long)begin * width), (long)count * width);
            var top = MathF.Max(largest, Scores(query, keys + ((long)begin * width), width, count, scale, scores));

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

    /// <summary>Asks for the values of a block, to have them when its scores are computed.</summary>
    private static void Fetch(float* values, long count)
    {
        if (Sse.IsSupported)
        {
            for (long i = 0; i < count; i += LineFloats)
            {
                Sse.Prefetch0(values + i);
            }
        }
    }

    /// <summary>The scores of a block of keys; returns the largest.</summary>
    private static float Scores(float* query, float* keys, int width, int count, float scale, float* scores)
    {
        if (!Avx.IsSupported || width % Lanes != 0)
        {
            var top = float.NegativeInfinity;
            for (var j = 0; j < count; j++)
            {
                scores[j] = Dot(query, keys + ((long)j * width), width) * scale;
                top = MathF.Max(top, scores[j]);
            }

            return top;
        }

        var tops = Vector128.Create(float.NegativeInfinity);
        var last = keys + ((long)(count - 1) * width);
        for (var j = 0; j < count; j += 4)
        {
            // Where fewer than four rows are left, the last one stands for those that are missing.
            var row = keys + ((long)j * width);
            var four = FourDots(query, row, Least(row + width, last), Least(row + (2 * width), last), Least(row + (3 * width), last), width) * scale;
            four.Store(scores + j);
            tops = Vector128.Max(tops, four);
        }

        return MathF.Max(MathF.Max(tops[0], tops[1]), MathF.Max(tops[2], tops[3]));
    }

    private static float* Least(float* row, float* last) => row < last ? row : last;

    /// <summary>Four products at once, their sums turned around together.</summary>
    private static Vector128<float> FourDots(float* x, float* a, float* b, float* c, float* d, int width)
    {
        var (sumA, sumB, sumC, sumD) = (Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero);
        for (var i = 0; i < width; i += Lanes)
        {
            var part = Vector256.Load(x + i);
            sumA = Vector256.FusedMultiplyAdd(part, Vector256.Load(a + i), sumA);
            sumB = Vector256.FusedMultiplyAdd(part, Vector256.Load(b + i), sumB);
            sumC = Vector256.FusedMultiplyAdd(part, Vector256.Load(c + i), sumC);
            sumD = Vector256.FusedMultiplyAdd(part, Vector256.Load(d + i), sumD);
        }

        var sums = Avx.HorizontalAdd(Avx.HorizontalAdd(sumA, sumB), Avx.HorizontalAdd(sumC, sumD));
        return sums.GetLower() + sums.GetUpper();
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
