using System.Runtime.CompilerServices;
using Gyre.Tensors.Kernels.Lanes;

namespace Gyre.Tensors.Kernels;

/// <summary>out = f(gate) · up.</summary>
internal readonly unsafe struct GatedForward<TFunction> : ITeamKernel
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
            var gate = job.Gate.At(row);
            var up = job.Up.At(row);
            var output = job.Out.At(row);
            var i = 0;
            for (; i + TLanes.Count <= job.Width; i += TLanes.Count)
            {
                TLanes.Store(TLanes.Multiply(TFunction.Apply<TLanes, TV>(TLanes.Load(gate + i)), TLanes.Load(up + i)), output + i);
            }

            for (; i < job.Width; i++)
            {
                output[i] = TFunction.Apply<Lanes1, float>(gate[i]) * up[i];
            }
        }
    }
}
