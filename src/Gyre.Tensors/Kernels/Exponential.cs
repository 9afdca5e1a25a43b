using System.Runtime.CompilerServices;
using Gyre.Tensors.Kernels.Lanes;

namespace Gyre.Tensors.Kernels;

/// <summary>e^x.</summary>
internal readonly struct Exponential : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Apply<TLanes, TV>(TV x)
        where TLanes : struct, ILanes<TV>
        where TV : struct => Functions.Exp<TLanes, TV>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Derivative<TLanes, TV>(TV x, TV y)
        where TLanes : struct, ILanes<TV>
        where TV : struct => y;
}
