using Gyre.Tensors.Kernels.Lanes;

namespace Gyre.Tensors.Kernels;

/// <summary>A loop that every member of a team runs over its part, written once for all vector widths.</summary>
internal unsafe interface ITeamKernel
{
    /// <summary>One member's part of the job that <paramref name="state"/> points to; the split must not change any bit.</summary>
    static abstract void Run<TLanes, TV>(int member, int size, void* state)
        where TLanes : struct, ILanes<TV>
        where TV : struct;
}
