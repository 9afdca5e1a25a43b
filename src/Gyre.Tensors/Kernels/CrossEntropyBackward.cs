using System.Runtime.CompilerServices;
using Gyre.Tensors.Kernels.Lanes;

namespace Gyre.Tensors.Kernels;

/// <summary>dx (+)= scale · weight · (softmax(x) − one at the target); dx may be x itself.</summary>
internal readonly unsafe struct CrossEntropyBackward : ITeamKernel
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
            var dx = job.InGradient.At(row);
            var target = job.Targets[row];
            var scale = target < 0 ? 0f : job.GradientScale * (job.RowWeights == null ? 1f : job.RowWeights[row]);
            if (scale != 0f)
            {
                ComputeRow<TLanes, TV>(x, job.LogSums[row], scale, job.Accumulate, job.Width, dx);
                dx[target] -= scale;
            }
            else if (!job.Accumulate)
            {
                new Span<float>(dx, job.Width).Clear();
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ComputeRow<TLanes, TV>(float* x, float logSum, float scale, bool accumulate, int width, float* dx)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        var (logs, scales) = (TLanes.Broadcast(logSum), TLanes.Broadcast(scale));
        var i = 0;
        for (; i + TLanes.Count <= width; i += TLanes.Count)
        {
            var p = Functions.Exp<TLanes, TV>(TLanes.Subtract(TLanes.Load(x + i), logs));
            TLanes.Store(accumulate ? TLanes.MultiplyAdd(p, scales, TLanes.Load(dx + i)) : TLanes.Multiply(p, scales), dx + i);
        }

        for (; i < width; i++)
        {
            var p = Functions.Exp<Lanes1, float>(x[i] - logSum);
            dx[i] = accumulate ? Lanes1.MultiplyAdd(p, scale, dx[i]) : p * scale;
        }
    }
}
