using System.Runtime.CompilerServices;
using Gyre.Tensors.Kernels.Lanes;

namespace Gyre.Tensors.Kernels;

/// <summary>Softmax or its logarithm, row by row; a row of −∞ only gives zeros.</summary>
internal readonly unsafe struct SoftmaxForward : ITeamKernel
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TV>(int member, int size, void* state)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        ref readonly var job = ref *(SoftmaxJob*)state;
        var (begin, end) = (job.Rows * member / size, job.Rows * (member + 1) / size);
        for (var row = begin; row < end; row++)
        {
            var x = job.X.At(row);
            var y = job.Y.At(row);
            var max = RowSums.Max<TLanes, TV>(x, job.Width);
            max = float.IsNegativeInfinity(max) ? 0f : max;
            var sum = Exponentials<TLanes, TV>(x, max, job.Width, job.IsLogarithmic ? null : y);
            if (job.IsLogarithmic)
            {
                Shift<TLanes, TV>(x, -(max + MathF.Log(sum)), job.Width, y);
            }
            else
            {
                Scale<TLanes, TV>(y, sum == 0f ? 0f : 1f / sum, job.Width);
            }
        }
    }

    /// <summary>Writes e^(x − max), unless there is nowhere to, and gives their sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Exponentials<TLanes, TV>(float* x, float max, int width, float* y)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        var (maxima, sums) = (TLanes.Broadcast(max), TLanes.Broadcast(0f));
        var i = 0;
        for (; i + TLanes.Count <= width; i += TLanes.Count)
        {
            var e = Functions.Exp<TLanes, TV>(TLanes.Subtract(TLanes.Load(x + i), maxima));
            sums = TLanes.Add(sums, e);
            if (y != null)
            {
                TLanes.Store(e, y + i);
            }
        }

        var sum = TLanes.Sum(sums);
        for (; i < width; i++)
        {
            var e = Functions.Exp<Lanes1, float>(x[i] - max);
            sum += e;
            if (y != null)
            {
                y[i] = e;
            }
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Shift<TLanes, TV>(float* x, float by, int width, float* y)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        var shift = TLanes.Broadcast(by);
        var i = 0;
        for (; i + TLanes.Count <= width; i += TLanes.Count)
        {
            TLanes.Store(TLanes.Add(TLanes.Load(x + i), shift), y + i);
        }

        for (; i < width; i++)
        {
            y[i] = x[i] + by;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scale<TLanes, TV>(float* y, float by, int width)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        var factor = TLanes.Broadcast(by);
        var i = 0;
        for (; i + TLanes.Count <= width; i += TLanes.Count)
        {
            TLanes.Store(TLanes.Multiply(TLanes.Load(y + i), factor), y + i);
        }

        for (; i < width; i++)
        {
            y[i] *= by;
        }
    }
}
