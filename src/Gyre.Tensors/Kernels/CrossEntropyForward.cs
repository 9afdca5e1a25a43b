using System.Runtime.CompilerServices;
using Gyre.Tensors.Kernels.Lanes;

namespace Gyre.Tensors.Kernels;

/// <summary>−log softmax(x)[target] of each row, without writing the probabilities.</summary>
internal readonly unsafe struct CrossEntropyForward : ITeamKernel
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
            var target = job.Targets[row];
            if (target < 0)
            {
                (job.Losses[row], job.LogSums[row]) = (0f, 0f);
                continue;
            }

            var max = RowSums.Max<TLanes, TV>(x, job.Width);
            var logSum = max + MathF.Log(SoftmaxForward.Exponentials<TLanes, TV>(x, max, job.Width, null));
            job.LogSums[row] = logSum;
            job.Losses[row] = (logSum - x[target]) * (job.RowWeights == null ? 1f : job.RowWeights[row]);
        }
    }
}
