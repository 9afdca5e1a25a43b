using System.Runtime.CompilerServices;
using Gyre.Tensors.Kernels.Lanes;

namespace Gyre.Tensors.Kernels;

/// <summary>dx (+)= y·(dy − Σ dy·y) for softmax, dy − e^y·Σ dy for its logarithm.</summary>
internal readonly unsafe struct SoftmaxBackward : ITeamKernel
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
            var y = job.Y.At(row);
            var dy = job.OutGradient.At(row);
            var dx = job.InGradient.At(row);
            var sum = 0f;
            for (var i = 0; i < job.Width; i++)
            {
                sum += job.IsLogarithmic ? dy[i] : dy[i] * y[i];
            }

            for (var i = 0; i < job.Width; i++)
            {
                var value = job.IsLogarithmic ? dy[i] - (Functions.Exp<Lanes1, float>(y[i]) * sum) : y[i] * (dy[i] - sum);
                dx[i] = job.Accumulate ? dx[i] + value : value;
            }
        }
    }
}
