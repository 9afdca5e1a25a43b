using System.Runtime.CompilerServices;
using Gyre.Tensors.Kernels.Lanes;

namespace Gyre.Tensors.Kernels;

/// <summary>1 / (1 + e^−x).</summary>
internal readonly struct Logistic : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Apply<TLanes, TV>(TV x)
        where TLanes : struct, ILanes<TV>
        where TV : struct => Functions.Sigmoid<TLanes, TV>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Derivative<TLanes, TV>(TV x, TV y)
        where TLanes : struct, ILanes<TV>
        where TV : struct => TLanes.Multiply(y, TLanes.Subtract(TLanes.Broadcast(1f), y));
}
