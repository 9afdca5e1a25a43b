using System.Runtime.CompilerServices;
using Gyre.Tensors.Kernels.Lanes;

namespace Gyre.Tensors.Kernels;

/// <summary>max(x, 0); its derivative at 0 is 0.</summary>
internal readonly struct Rectifier : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Apply<TLanes, TV>(TV x)
        where TLanes : struct, ILanes<TV>
        where TV : struct => TLanes.Max(TLanes.Broadcast(0f), x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Derivative<TLanes, TV>(TV x, TV y)
        where TLanes : struct, ILanes<TV>
        where TV : struct => TLanes.Select(TLanes.LessThan(TLanes.Broadcast(0f), x), TLanes.Broadcast(1f), TLanes.Broadcast(0f));
}
