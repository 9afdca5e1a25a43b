using System.Runtime.CompilerServices;
using Gyre.Tensors.Kernels.Lanes;

namespace Gyre.Tensors.Kernels;

/// <summary>The gradients of <see cref="GatedForward{TFunction}"/>.</summary>
internal readonly unsafe struct GatedBackward<TFunction> : ITeamKernel
    where TFunction : struct, IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TV>(int member, int size, void* state)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        ref readonly var job = ref *(GatedJob*)state;
        var (begin, end) = (job.Rows * member / size, job.Rows * (member + 1) / size);
        for (var row = begin; row < end; row++)
        {
            var i = 0;
            for (; i + TLanes.Count <= job.Width; i += TLanes.Count)
            {
                ComputeAt<TLanes, TV>(in job, row, i);
            }

            for (; i < job.Width; i++)
            {
                ComputeAt<Lanes1, float>(in job, row, i);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ComputeAt<TLanes, TV>(ref readonly GatedJob job, long row, int i)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        var gate = TLanes.Load(job.Gate.At(row) + i);
        var dy = TLanes.Load(job.OutGradient.At(row) + i);
        var activated = TFunction.Apply<TLanes, TV>(gate);
        if (job.UpGradient.Data != null)
        {
            var to = job.UpGradient.At(row) + i;
            var value = TLanes.Multiply(dy, activated);
            TLanes.Store(job.AccumulateUp ? TLanes.Add(TLanes.Load(to), value) : value, to);
        }

        if (job.GateGradient.Data != null)
        {
            var to = job.GateGradient.At(row) + i;
            var value = TLanes.Multiply(TLanes.Multiply(dy, TLanes.Load(job.Up.At(row) + i)), TFunction.Derivative<TLanes, TV>(gate, activated));
            TLanes.Store(job.AccumulateGate ? TLanes.Add(TLanes.Load(to), value) : value, to);
        }
    }
}
