using System.Runtime.CompilerServices;
using Gyre.Tensors.Kernels.Lanes;

namespace Gyre.Tensors.Kernels;

/// <summary>−a / b²: the slope of a division by b.</summary>
internal readonly struct QuotientGradientFunction : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Apply<TLanes, TV>(TV a, TV b)
        where TLanes : struct, ILanes<TV>
        where TV : struct => TLanes.Negate(TLanes.Divide(a, TLanes.Multiply(b, b)));
}
