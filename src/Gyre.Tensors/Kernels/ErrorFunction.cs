using System.Runtime.CompilerServices;
using Gyre.Tensors.Kernels.Lanes;

namespace Gyre.Tensors.Kernels;

/// <summary>erf x.</summary>
internal readonly struct ErrorFunction : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Apply<TLanes, TV>(TV x)
        where TLanes : struct, ILanes<TV>
        where TV : struct => Functions.Erf<TLanes, TV>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Derivative<TLanes, TV>(TV x, TV y)
        where TLanes : struct, ILanes<TV>
        where TV : struct => TLanes.Multiply(TLanes.Broadcast(1.12837917f), Functions.Exp<TLanes, TV>(TLanes.Negate(TLanes.Multiply(x, x))));
}
