using System.Runtime.CompilerServices;
using Gyre.Tensors.Kernels.Lanes;
using Gyre.Tensors.Quantization;

namespace Gyre.Tensors.Kernels;

/// <summary>The scores of one block of 64 keys, for six, three or one queries: straight-line, sums in registers.</summary>
/// <remarks>Each sum is one chain, over the head's numbers in order, whatever the number of queries.</remarks>
internal static unsafe class PagedScores
{
    /// <summary>The most queries of a call.</summary>
    public const int Most = 6;

    /// <summary>A smaller number of queries.</summary>
    public const int Some = 3;

    private const int Keys = KeyValueBlock.Tokens;

    /// <summary>scores[row][64] = queries[row] · keys[·][64].</summary>
    /// <param name="rows">6, 3 or 1.</param>
    /// <param name="queries">[rows][padded width], <paramref name="queryRow"/> apart.</param>
    /// <param name="queryRow">Elements from one query to the next.</param>
    /// <param name="keys">[width][64].</param>
    /// <param name="width">Numbers of a head.</param>
    /// <param name="scores">[rows][64].</param>
    public static void Compute<TLanes, TV>(int rows, float* queries, nint queryRow, float* keys, int width, float* scores)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        switch (rows)
        {
            case Most:
                Scores6<TLanes, TV>(queries, queryRow, keys, width, scores);
                break;
            case Some:
                Scores3<TLanes, TV>(queries, queryRow, keys, width, scores);
                break;
            default:
                Scores1<TLanes, TV>(queries, keys, width, scores);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scores6<TLanes, TV>(float* q, nint qRow, float* keys, int width, float* scores)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        var w = TLanes.Count;
        for (var c = 0; c < Keys; c += 4 * w)
        {
            TV a0, a1, a2, a3, b0, b1, b2, b3, c0, c1, c2, c3, d0, d1, d2, d3, e0, e1, e2, e3, f0, f1, f2, f3;
            a0 = a1 = a2 = a3 = b0 = b1 = b2 = b3 = c0 = c1 = c2 = c3 = d0 = d1 = d2 = d3 = e0 = e1 = e2 = e3 = f0 = f1 = f2 = f3 = TLanes.Broadcast(0f);
            var key = keys + c;
            var x = q;
            for (var d = 0; d < width; d++)
            {
                var k0 = TLanes.Load(key);
                var k1 = TLanes.Load(key + w);
                var k2 = TLanes.Load(key + (2 * w));
                var k3 = TLanes.Load(key + (3 * w));
                var one = TLanes.Broadcast(*x);
                a0 = TLanes.MultiplyAdd(one, k0, a0);
                a1 = TLanes.MultiplyAdd(one, k1, a1);
                a2 = TLanes.MultiplyAdd(one, k2, a2);
                a3 = TLanes.MultiplyAdd(one, k3, a3);
                one = TLanes.Broadcast(x[qRow]);
                b0 = TLanes.MultiplyAdd(one, k0, b0);
                b1 = TLanes.MultiplyAdd(one, k1, b1);
                b2 = TLanes.MultiplyAdd(one, k2, b2);
                b3 = TLanes.MultiplyAdd(one, k3, b3);
                one = TLanes.Broadcast(x[2 * qRow]);
                c0 = TLanes.MultiplyAdd(one, k0, c0);
                c1 = TLanes.MultiplyAdd(one, k1, c1);
                c2 = TLanes.MultiplyAdd(one, k2, c2);
                c3 = TLanes.MultiplyAdd(one, k3, c3);
                one = TLanes.Broadcast(x[3 * qRow]);
                d0 = TLanes.MultiplyAdd(one, k0, d0);
                d1 = TLanes.MultiplyAdd(one, k1, d1);
                d2 = TLanes.MultiplyAdd(one, k2, d2);
                d3 = TLanes.MultiplyAdd(one, k3, d3);
                one = TLanes.Broadcast(x[4 * qRow]);
                e0 = TLanes.MultiplyAdd(one, k0, e0);
                e1 = TLanes.MultiplyAdd(one, k1, e1);
                e2 = TLanes.MultiplyAdd(one, k2, e2);
                e3 = TLanes.MultiplyAdd(one, k3, e3);
                one = TLanes.Broadcast(x[5 * qRow]);
                f0 = TLanes.MultiplyAdd(one, k0, f0);
                f1 = TLanes.MultiplyAdd(one, k1, f1);
                f2 = TLanes.MultiplyAdd(one, k2, f2);
                f3 = TLanes.MultiplyAdd(one, k3, f3);
                key += Keys;
                x++;
            }

            TLanes.Store(a0, scores + c);
            TLanes.Store(a1, scores + c + w);
            TLanes.Store(a2, scores + c + (2 * w));
            TLanes.Store(a3, scores + c + (3 * w));
            TLanes.Store(b0, scores + Keys + c);
            TLanes.Store(b1, scores + Keys + c + w);
            TLanes.Store(b2, scores + Keys + c + (2 * w));
            TLanes.Store(b3, scores + Keys + c + (3 * w));
            TLanes.Store(c0, scores + (2 * Keys) + c);
            TLanes.Store(c1, scores + (2 * Keys) + c + w);
            TLanes.Store(c2, scores + (2 * Keys) + c + (2 * w));
            TLanes.Store(c3, scores + (2 * Keys) + c + (3 * w));
            TLanes.Store(d0, scores + (3 * Keys) + c);
            TLanes.Store(d1, scores + (3 * Keys) + c + w);
            TLanes.Store(d2, scores + (3 * Keys) + c + (2 * w));
            TLanes.Store(d3, scores + (3 * Keys) + c + (3 * w));
            TLanes.Store(e0, scores + (4 * Keys) + c);
            TLanes.Store(e1, scores + (4 * Keys) + c + w);
            TLanes.Store(e2, scores + (4 * Keys) + c + (2 * w));
            TLanes.Store(e3, scores + (4 * Keys) + c + (3 * w));
            TLanes.Store(f0, scores + (5 * Keys) + c);
            TLanes.Store(f1, scores + (5 * Keys) + c + w);
            TLanes.Store(f2, scores + (5 * Keys) + c + (2 * w));
            TLanes.Store(f3, scores + (5 * Keys) + c + (3 * w));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scores3<TLanes, TV>(float* q, nint qRow, float* keys, int width, float* scores)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        var w = TLanes.Count;
        for (var c = 0; c < Keys; c += 4 * w)
        {
            TV a0, a1, a2, a3, b0, b1, b2, b3, c0, c1, c2, c3;
            a0 = a1 = a2 = a3 = b0 = b1 = b2 = b3 = c0 = c1 = c2 = c3 = TLanes.Broadcast(0f);
            var key = keys + c;
            var x = q;
            for (var d = 0; d < width; d++)
            {
                var k0 = TLanes.Load(key);
                var k1 = TLanes.Load(key + w);
                var k2 = TLanes.Load(key + (2 * w));
                var k3 = TLanes.Load(key + (3 * w));
                var one = TLanes.Broadcast(*x);
                a0 = TLanes.MultiplyAdd(one, k0, a0);
                a1 = TLanes.MultiplyAdd(one, k1, a1);
                a2 = TLanes.MultiplyAdd(one, k2, a2);
                a3 = TLanes.MultiplyAdd(one, k3, a3);
                one = TLanes.Broadcast(x[qRow]);
                b0 = TLanes.MultiplyAdd(one, k0, b0);
                b1 = TLanes.MultiplyAdd(one, k1, b1);
                b2 = TLanes.MultiplyAdd(one, k2, b2);
                b3 = TLanes.MultiplyAdd(one, k3, b3);
                one = TLanes.Broadcast(x[2 * qRow]);
                c0 = TLanes.MultiplyAdd(one, k0, c0);
                c1 = TLanes.MultiplyAdd(one, k1, c1);
                c2 = TLanes.MultiplyAdd(one, k2, c2);
                c3 = TLanes.MultiplyAdd(one, k3, c3);
                key += Keys;
                x++;
            }

            TLanes.Store(a0, scores + c);
            TLanes.Store(a1, scores + c + w);
            TLanes.Store(a2, scores + c + (2 * w));
            TLanes.Store(a3, scores + c + (3 * w));
            TLanes.Store(b0, scores + Keys + c);
            TLanes.Store(b1, scores + Keys + c + w);
            TLanes.Store(b2, scores + Keys + c + (2 * w));
            TLanes.Store(b3, scores + Keys + c + (3 * w));
            TLanes.Store(c0, scores + (2 * Keys) + c);
            TLanes.Store(c1, scores + (2 * Keys) + c + w);
            TLanes.Store(c2, scores + (2 * Keys) + c + (2 * w));
            TLanes.Store(c3, scores + (2 * Keys) + c + (3 * w));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scores1<TLanes, TV>(float* q, float* keys, int width, float* scores)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        var w = TLanes.Count;
        for (var c = 0; c < Keys; c += 4 * w)
        {
            TV a0, a1, a2, a3;
            a0 = a1 = a2 = a3 = TLanes.Broadcast(0f);
            var key = keys + c;
            var x = q;
            for (var d = 0; d < width; d++)
            {
                var k0 = TLanes.Load(key);
                var k1 = TLanes.Load(key + w);
                var k2 = TLanes.Load(key + (2 * w));
                var k3 = TLanes.Load(key + (3 * w));
                var one = TLanes.Broadcast(*x);
                a0 = TLanes.MultiplyAdd(one, k0, a0);
                a1 = TLanes.MultiplyAdd(one, k1, a1);
                a2 = TLanes.MultiplyAdd(one, k2, a2);
                a3 = TLanes.MultiplyAdd(one, k3, a3);
                key += Keys;
                x++;
            }

            TLanes.Store(a0, scores + c);
            TLanes.Store(a1, scores + c + w);
            TLanes.Store(a2, scores + c + (2 * w));
            TLanes.Store(a3, scores + c + (3 * w));
        }
    }
}
