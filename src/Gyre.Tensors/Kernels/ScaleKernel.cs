using System.Runtime.CompilerServices;
using Gyre.Tensors.Kernels.Lanes;

namespace Gyre.Tensors.Kernels;

/// <summary>y (+)= a·x: scaled copies and sums of flat arrays.</summary>
internal readonly unsafe struct ScaleKernel : ITeamKernel
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
        var a = TLanes.Broadcast(job->A);
        for (; i + TLanes.Count <= end; i += TLanes.Count)
        {
            var value = TLanes.Load(x + i);
            TLanes.Store(job->Accumulate ? TLanes.MultiplyAdd(value, a, TLanes.Load(y + i)) : TLanes.Multiply(value, a), y + i);
        }

        for (; i < end; i++)
        {
            y[i] = job->Accumulate ? Lanes1.MultiplyAdd(x[i], job->A, y[i]) : x[i] * job->A;
        }
    }
}
