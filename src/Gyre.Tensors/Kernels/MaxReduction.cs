using System.Runtime.CompilerServices;
using Gyre.Tensors.Kernels.Lanes;

namespace Gyre.Tensors.Kernels;

/// <summary>The largest; of nothing, −∞.</summary>
internal readonly struct MaxReduction : IReduction
{
    public static float Start => float.NegativeInfinity;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Combine<TLanes, TV>(TV a, TV b)
        where TLanes : struct, ILanes<TV>
        where TV : struct => TLanes.Max(a, b);
}
