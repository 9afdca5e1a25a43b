using System.Runtime.CompilerServices;
using Gyre.Tensors.Kernels.Lanes;

namespace Gyre.Tensors.Kernels;

/// <summary>y = f(x).</summary>
internal readonly unsafe struct UnaryForward<TFunction> : ITeamKernel
    where TFunction : struct, IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TLanes, TV>(int member, int size, void* state)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        var job = (FlatJob*)state;
        var (i, end) = KernelTeam.Part(job->Count, member, size);
        var x = job->X;
        var y = job->Y;
        for (; i + TLanes.Count <= end; i += TLanes.Count)
        {
            TLanes.Store(TFunction.Apply<TLanes, TV>(TLanes.Load(x + i)), y + i);
        }

        for (; i < end; i++)
        {
            y[i] = TFunction.Apply<Lanes1, float>(x[i]);
        }
    }
}
