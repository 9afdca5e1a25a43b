using System.Runtime.Intrinsics;
using Gyre.Tensors.Kernels.Lanes;
using Gyre.Tensors.Threading;

namespace Gyre.Tensors.Kernels;

/// <summary>Runs kernels on a team at the widest vectors that the processor has.</summary>
internal static unsafe class KernelTeam
{
    /// <summary>Below this much work one thread is done before others would have woken.</summary>
    private const long AloneBelow = 16_384;

    /// <summary>Members begin at multiples of this many elements: whole vectors, whole cache lines.</summary>
    private const long Grain = 64;

    /// <summary>Floats in the widest register.</summary>
    public static int LaneCount => Vector512.IsHardwareAccelerated ? 16 : Vector256.IsHardwareAccelerated ? 8 : Vector128.IsHardwareAccelerated ? 4 : 1;

    /// <param name="team">Who computes.</param>
    /// <param name="work">About how many element operations the whole job is.</param>
    /// <param name="state">The job; it stays where it is until the call returns.</param>
    [HotPath]
    public static void Run<TKernel>(ThreadTeam team, long work, void* state)
        where TKernel : struct, ITeamKernel
    {
        delegate*<int, int, void*, void> body = Vector512.IsHardwareAccelerated ? &Body<TKernel, Lanes512, Vector512<float>>
            : Vector256.IsHardwareAccelerated ? &Body<TKernel, Lanes256, Vector256<float>>
            : Vector128.IsHardwareAccelerated ? &Body<TKernel, Lanes128, Vector128<float>>
            : &Body<TKernel, Lanes1, float>;
        if (work < AloneBelow || team.Size == 1)
        {
            body(0, 1, state);
        }
        else
        {
            team.Run(body, state);
        }
    }

    /// <summary>The elements of a member when a flat array is split at whole cache lines.</summary>
    public static (long Begin, long End) Part(long count, int member, int size)
    {
        var blocks = (count + Grain - 1) / Grain;
        return (Math.Min(count, blocks * member / size * Grain), Math.Min(count, blocks * (member + 1) / size * Grain));
    }

    private static void Body<TKernel, TLanes, TV>(int member, int size, void* state)
        where TKernel : struct, ITeamKernel
        where TLanes : struct, ILanes<TV>
        where TV : struct => TKernel.Run<TLanes, TV>(member, size, state);
}
