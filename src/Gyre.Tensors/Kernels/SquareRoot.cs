using System.Runtime.CompilerServices;
using Gyre.Tensors.Kernels.Lanes;

namespace Gyre.Tensors.Kernels;

/// <summary>The square root.</summary>
internal readonly struct SquareRoot : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Apply<TLanes, TV>(TV x)
        where TLanes : struct, ILanes<TV>
        where TV : struct => TLanes.Sqrt(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Derivative<TLanes, TV>(TV x, TV y)
        where TLanes : struct, ILanes<TV>
        where TV : struct => TLanes.Divide(TLanes.Broadcast(0.5f), y);
}
