using System.Runtime.CompilerServices;
using Gyre.Tensors.Kernels.Lanes;

namespace Gyre.Tensors.Kernels;

/// <summary>z (+)= f'(x) · w, with x, y = f(x) and w the gradient of y.</summary>
internal readonly unsafe struct UnaryBackward<TFunction> : ITeamKernel
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
        var z = job->Z;
        var w = job->W;
        for (; i + TLanes.Count <= end; i += TLanes.Count)
        {
            var slope = TFunction.Derivative<TLanes, TV>(TLanes.Load(x + i), TLanes.Load(y + i));
            var previous = job->Accumulate ? TLanes.Load(z + i) : TLanes.Broadcast(0f);
            TLanes.Store(TLanes.MultiplyAdd(slope, TLanes.Load(w + i), previous), z + i);
        }

        for (; i < end; i++)
        {
            var slope = TFunction.Derivative<Lanes1, float>(x[i], y[i]);
            z[i] = Lanes1.MultiplyAdd(slope, w[i], job->Accumulate ? z[i] : 0f);
        }
    }
}
