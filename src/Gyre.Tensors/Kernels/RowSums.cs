using System.Runtime.CompilerServices;
using Gyre.Tensors.Kernels.Lanes;

namespace Gyre.Tensors.Kernels;

/// <summary>Sums and maxima of contiguous elements, in an order that depends on their number only.</summary>
internal static unsafe class RowSums
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Sum<TLanes, TV>(float* x, long count)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        var w = TLanes.Count;
        var (s0, s1) = (TLanes.Broadcast(0f), TLanes.Broadcast(0f));
        long i = 0;
        for (; i + (2 * w) <= count; i += 2 * w)
        {
            s0 = TLanes.Add(s0, TLanes.Load(x + i));
            s1 = TLanes.Add(s1, TLanes.Load(x + i + w));
        }

        var sum = TLanes.Sum(TLanes.Add(s0, s1));
        for (; i < count; i++)
        {
            sum += x[i];
        }

        return sum;
    }

    /// <summary>Σ (x − centre)².</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float SumOfSquares<TLanes, TV>(float* x, float centre, long count)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        var w = TLanes.Count;
        var c = TLanes.Broadcast(centre);
        var (s0, s1) = (TLanes.Broadcast(0f), TLanes.Broadcast(0f));
        long i = 0;
        for (; i + (2 * w) <= count; i += 2 * w)
        {
            var (d0, d1) = (TLanes.Subtract(TLanes.Load(x + i), c), TLanes.Subtract(TLanes.Load(x + i + w), c));
            s0 = TLanes.MultiplyAdd(d0, d0, s0);
            s1 = TLanes.MultiplyAdd(d1, d1, s1);
        }

        var sum = TLanes.Sum(TLanes.Add(s0, s1));
        for (; i < count; i++)
        {
            sum += (x[i] - centre) * (x[i] - centre);
        }

        return sum;
    }

    /// <summary>The largest element; −∞ of none, and NaN when the last of the lanes' maxima is NaN only.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Max<TLanes, TV>(float* x, long count)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        var w = TLanes.Count;
        var m = TLanes.Broadcast(float.NegativeInfinity);
        long i = 0;
        for (; i + w <= count; i += w)
        {
            m = TLanes.Max(m, TLanes.Load(x + i));
        }

        var max = TLanes.MaxOf(m);
        for (; i < count; i++)
        {
            max = Lanes1.Max(max, x[i]);
        }

        return max;
    }
}
