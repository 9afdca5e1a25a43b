using System.Runtime.CompilerServices;
using Gyre.Tensors.Kernels.Lanes;

namespace Gyre.Tensors.Kernels;

/// <summary>The sum; of nothing, 0.</summary>
internal readonly struct SumReduction : IReduction
{
    public static float Start => 0f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Combine<TLanes, TV>(TV a, TV b)
        where TLanes : struct, ILanes<TV>
        where TV : struct => TLanes.Add(a, b);
}
