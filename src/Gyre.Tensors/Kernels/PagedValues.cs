using System.Runtime.CompilerServices;
using Gyre.Tensors.Kernels.Lanes;
using Gyre.Tensors.Quantization;

namespace Gyre.Tensors.Kernels;

/// <summary>The weighted sums of the values of one block of 64 keys, for six, three or one queries: straight-line, sums in registers.</summary>
/// <remarks>Each sum is one chain, over the keys in order, whatever the number of queries.</remarks>
internal static unsafe class PagedValues
{
    private const int Keys = KeyValueBlock.Tokens;

    /// <summary>outputs[row] += Σ over the first keys of weights[row][key] · values[key].</summary>
    /// <param name="rows">6, 3 or 1.</param>
    /// <param name="weights">[rows][64].</param>
    /// <param name="values">[64][padded width].</param>
    /// <param name="count">How many keys.</param>
    /// <param name="width">The padded width, a multiple of 16.</param>
    /// <param name="outputs">[rows][padded width].</param>
    public static void Add<TLanes, TV>(int rows, float* weights, float* values, int count, nint width, float* outputs)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        var w = TLanes.Count;
        nint d = 0;
        for (; d + (4 * w) <= width; d += 4 * w)
        {
            switch (rows)
            {
                case PagedScores.Most:
                    Values6By4<TLanes, TV>(weights, values + d, count, width, outputs + d);
                    break;
                case PagedScores.Some:
                    Values3By4<TLanes, TV>(weights, values + d, count, width, outputs + d);
                    break;
                default:
                    Values1By4<TLanes, TV>(weights, values + d, count, width, outputs + d);
                    break;
            }
        }

        for (; d < width; d += w)
        {
            switch (rows)
            {
                case PagedScores.Most:
                    Values6By1<TLanes, TV>(weights, values + d, count, width, outputs + d);
                    break;
                case PagedScores.Some:
                    Values3By1<TLanes, TV>(weights, values + d, count, width, outputs + d);
                    break;
                default:
                    Values1By1<TLanes, TV>(weights, values + d, count, width, outputs + d);
                    break;
            }
        }
    }


    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Values6By4<TLanes, TV>(float* weights, float* values, int count, nint width, float* outputs)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        var w = TLanes.Count;
        var a0 = TLanes.Load(outputs);
        var a1 = TLanes.Load(outputs + w);
        var a2 = TLanes.Load(outputs + (2 * w));
        var a3 = TLanes.Load(outputs + (3 * w));
        var b0 = TLanes.Load(outputs + width);
        var b1 = TLanes.Load(outputs + width + w);
        var b2 = TLanes.Load(outputs + width + (2 * w));
        var b3 = TLanes.Load(outputs + width + (3 * w));
        var c0 = TLanes.Load(outputs + (2 * width));
        var c1 = TLanes.Load(outputs + (2 * width) + w);
        var c2 = TLanes.Load(outputs + (2 * width) + (2 * w));
        var c3 = TLanes.Load(outputs + (2 * width) + (3 * w));
        var d0 = TLanes.Load(outputs + (3 * width));
        var d1 = TLanes.Load(outputs + (3 * width) + w);
        var d2 = TLanes.Load(outputs + (3 * width) + (2 * w));
        var d3 = TLanes.Load(outputs + (3 * width) + (3 * w));
        var e0 = TLanes.Load(outputs + (4 * width));
        var e1 = TLanes.Load(outputs + (4 * width) + w);
        var e2 = TLanes.Load(outputs + (4 * width) + (2 * w));
        var e3 = TLanes.Load(outputs + (4 * width) + (3 * w));
        var f0 = TLanes.Load(outputs + (5 * width));
        var f1 = TLanes.Load(outputs + (5 * width) + w);
        var f2 = TLanes.Load(outputs + (5 * width) + (2 * w));
        var f3 = TLanes.Load(outputs + (5 * width) + (3 * w));
        for (var j = 0; j < count; j++)
        {
            var v0 = TLanes.Load(values);
            var v1 = TLanes.Load(values + w);
            var v2 = TLanes.Load(values + (2 * w));
            var v3 = TLanes.Load(values + (3 * w));
            var one = TLanes.Broadcast(weights[j]);
            a0 = TLanes.MultiplyAdd(one, v0, a0);
            a1 = TLanes.MultiplyAdd(one, v1, a1);
            a2 = TLanes.MultiplyAdd(one, v2, a2);
            a3 = TLanes.MultiplyAdd(one, v3, a3);
            one = TLanes.Broadcast(weights[Keys + j]);
            b0 = TLanes.MultiplyAdd(one, v0, b0);
            b1 = TLanes.MultiplyAdd(one, v1, b1);
            b2 = TLanes.MultiplyAdd(one, v2, b2);
            b3 = TLanes.MultiplyAdd(one, v3, b3);
            one = TLanes.Broadcast(weights[(2 * Keys) + j]);
            c0 = TLanes.MultiplyAdd(one, v0, c0);
            c1 = TLanes.MultiplyAdd(one, v1, c1);
            c2 = TLanes.MultiplyAdd(one, v2, c2);
            c3 = TLanes.MultiplyAdd(one, v3, c3);
            one = TLanes.Broadcast(weights[(3 * Keys) + j]);
            d0 = TLanes.MultiplyAdd(one, v0, d0);
            d1 = TLanes.MultiplyAdd(one, v1, d1);
            d2 = TLanes.MultiplyAdd(one, v2, d2);
            d3 = TLanes.MultiplyAdd(one, v3, d3);
            one = TLanes.Broadcast(weights[(4 * Keys) + j]);
            e0 = TLanes.MultiplyAdd(one, v0, e0);
            e1 = TLanes.MultiplyAdd(one, v1, e1);
            e2 = TLanes.MultiplyAdd(one, v2, e2);
            e3 = TLanes.MultiplyAdd(one, v3, e3);
            one = TLanes.Broadcast(weights[(5 * Keys) + j]);
            f0 = TLanes.MultiplyAdd(one, v0, f0);
            f1 = TLanes.MultiplyAdd(one, v1, f1);
            f2 = TLanes.MultiplyAdd(one, v2, f2);
            f3 = TLanes.MultiplyAdd(one, v3, f3);
            values += width;
        }

        TLanes.Store(a0, outputs);
        TLanes.Store(a1, outputs + w);
        TLanes.Store(a2, outputs + (2 * w));
        TLanes.Store(a3, outputs + (3 * w));
        TLanes.Store(b0, outputs + width);
        TLanes.Store(b1, outputs + width + w);
        TLanes.Store(b2, outputs + width + (2 * w));
        TLanes.Store(b3, outputs + width + (3 * w));
        TLanes.Store(c0, outputs + (2 * width));
        TLanes.Store(c1, outputs + (2 * width) + w);
        TLanes.Store(c2, outputs + (2 * width) + (2 * w));
        TLanes.Store(c3, outputs + (2 * width) + (3 * w));
        TLanes.Store(d0, outputs + (3 * width));
        TLanes.Store(d1, outputs + (3 * width) + w);
        TLanes.Store(d2, outputs + (3 * width) + (2 * w));
        TLanes.Store(d3, outputs + (3 * width) + (3 * w));
        TLanes.Store(e0, outputs + (4 * width));
        TLanes.Store(e1, outputs + (4 * width) + w);
        TLanes.Store(e2, outputs + (4 * width) + (2 * w));
        TLanes.Store(e3, outputs + (4 * width) + (3 * w));
        TLanes.Store(f0, outputs + (5 * width));
        TLanes.Store(f1, outputs + (5 * width) + w);
        TLanes.Store(f2, outputs + (5 * width) + (2 * w));
        TLanes.Store(f3, outputs + (5 * width) + (3 * w));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Values3By4<TLanes, TV>(float* weights, float* values, int count, nint width, float* outputs)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        var w = TLanes.Count;
        var a0 = TLanes.Load(outputs);
        var a1 = TLanes.Load(outputs + w);
        var a2 = TLanes.Load(outputs + (2 * w));
        var a3 = TLanes.Load(outputs + (3 * w));
        var b0 = TLanes.Load(outputs + width);
        var b1 = TLanes.Load(outputs + width + w);
        var b2 = TLanes.Load(outputs + width + (2 * w));
        var b3 = TLanes.Load(outputs + width + (3 * w));
        var c0 = TLanes.Load(outputs + (2 * width));
        var c1 = TLanes.Load(outputs + (2 * width) + w);
        var c2 = TLanes.Load(outputs + (2 * width) + (2 * w));
        var c3 = TLanes.Load(outputs + (2 * width) + (3 * w));
        for (var j = 0; j < count; j++)
        {
            var v0 = TLanes.Load(values);
            var v1 = TLanes.Load(values + w);
            var v2 = TLanes.Load(values + (2 * w));
            var v3 = TLanes.Load(values + (3 * w));
            var one = TLanes.Broadcast(weights[j]);
            a0 = TLanes.MultiplyAdd(one, v0, a0);
            a1 = TLanes.MultiplyAdd(one, v1, a1);
            a2 = TLanes.MultiplyAdd(one, v2, a2);
            a3 = TLanes.MultiplyAdd(one, v3, a3);
            one = TLanes.Broadcast(weights[Keys + j]);
            b0 = TLanes.MultiplyAdd(one, v0, b0);
            b1 = TLanes.MultiplyAdd(one, v1, b1);
            b2 = TLanes.MultiplyAdd(one, v2, b2);
            b3 = TLanes.MultiplyAdd(one, v3, b3);
            one = TLanes.Broadcast(weights[(2 * Keys) + j]);
            c0 = TLanes.MultiplyAdd(one, v0, c0);
            c1 = TLanes.MultiplyAdd(one, v1, c1);
            c2 = TLanes.MultiplyAdd(one, v2, c2);
            c3 = TLanes.MultiplyAdd(one, v3, c3);
            values += width;
        }

        TLanes.Store(a0, outputs);
        TLanes.Store(a1, outputs + w);
        TLanes.Store(a2, outputs + (2 * w));
        TLanes.Store(a3, outputs + (3 * w));
        TLanes.Store(b0, outputs + width);
        TLanes.Store(b1, outputs + width + w);
        TLanes.Store(b2, outputs + width + (2 * w));
        TLanes.Store(b3, outputs + width + (3 * w));
        TLanes.Store(c0, outputs + (2 * width));
        TLanes.Store(c1, outputs + (2 * width) + w);
        TLanes.Store(c2, outputs + (2 * width) + (2 * w));
        TLanes.Store(c3, outputs + (2 * width) + (3 * w));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Values1By4<TLanes, TV>(float* weights, float* values, int count, nint width, float* outputs)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        var w = TLanes.Count;
        var a0 = TLanes.Load(outputs);
        var a1 = TLanes.Load(outputs + w);
        var a2 = TLanes.Load(outputs + (2 * w));
        var a3 = TLanes.Load(outputs + (3 * w));
        for (var j = 0; j < count; j++)
        {
            var v0 = TLanes.Load(values);
            var v1 = TLanes.Load(values + w);
            var v2 = TLanes.Load(values + (2 * w));
            var v3 = TLanes.Load(values + (3 * w));
            var one = TLanes.Broadcast(weights[j]);
            a0 = TLanes.MultiplyAdd(one, v0, a0);
            a1 = TLanes.MultiplyAdd(one, v1, a1);
            a2 = TLanes.MultiplyAdd(one, v2, a2);
            a3 = TLanes.MultiplyAdd(one, v3, a3);
            values += width;
        }

        TLanes.Store(a0, outputs);
        TLanes.Store(a1, outputs + w);
        TLanes.Store(a2, outputs + (2 * w));
        TLanes.Store(a3, outputs + (3 * w));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Values6By1<TLanes, TV>(float* weights, float* values, int count, nint width, float* outputs)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        var a0 = TLanes.Load(outputs);
        var b0 = TLanes.Load(outputs + width);
        var c0 = TLanes.Load(outputs + (2 * width));
        var d0 = TLanes.Load(outputs + (3 * width));
        var e0 = TLanes.Load(outputs + (4 * width));
        var f0 = TLanes.Load(outputs + (5 * width));
        for (var j = 0; j < count; j++)
        {
            var v0 = TLanes.Load(values);
            var one = TLanes.Broadcast(weights[j]);
            a0 = TLanes.MultiplyAdd(one, v0, a0);
            one = TLanes.Broadcast(weights[Keys + j]);
            b0 = TLanes.MultiplyAdd(one, v0, b0);
            one = TLanes.Broadcast(weights[(2 * Keys) + j]);
            c0 = TLanes.MultiplyAdd(one, v0, c0);
            one = TLanes.Broadcast(weights[(3 * Keys) + j]);
            d0 = TLanes.MultiplyAdd(one, v0, d0);
            one = TLanes.Broadcast(weights[(4 * Keys) + j]);
            e0 = TLanes.MultiplyAdd(one, v0, e0);
            one = TLanes.Broadcast(weights[(5 * Keys) + j]);
            f0 = TLanes.MultiplyAdd(one, v0, f0);
            values += width;
        }

        TLanes.Store(a0, outputs);
        TLanes.Store(b0, outputs + width);
        TLanes.Store(c0, outputs + (2 * width));
        TLanes.Store(d0, outputs + (3 * width));
        TLanes.Store(e0, outputs + (4 * width));
        TLanes.Store(f0, outputs + (5 * width));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Values3By1<TLanes, TV>(float* weights, float* values, int count, nint width, float* outputs)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        var a0 = TLanes.Load(outputs);
        var b0 = TLanes.Load(outputs + width);
        var c0 = TLanes.Load(outputs + (2 * width));
        for (var j = 0; j < count; j++)
        {
            var v0 = TLanes.Load(values);
            var one = TLanes.Broadcast(weights[j]);
            a0 = TLanes.MultiplyAdd(one, v0, a0);
            one = TLanes.Broadcast(weights[Keys + j]);
            b0 = TLanes.MultiplyAdd(one, v0, b0);
            one = TLanes.Broadcast(weights[(2 * Keys) + j]);
            c0 = TLanes.MultiplyAdd(one, v0, c0);
            values += width;
        }

        TLanes.Store(a0, outputs);
        TLanes.Store(b0, outputs + width);
        TLanes.Store(c0, outputs + (2 * width));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Values1By1<TLanes, TV>(float* weights, float* values, int count, nint width, float* outputs)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        var a0 = TLanes.Load(outputs);
        for (var j = 0; j < count; j++)
        {
            var v0 = TLanes.Load(values);
            var one = TLanes.Broadcast(weights[j]);
            a0 = TLanes.MultiplyAdd(one, v0, a0);
            values += width;
        }

        TLanes.Store(a0, outputs);
    }
}
