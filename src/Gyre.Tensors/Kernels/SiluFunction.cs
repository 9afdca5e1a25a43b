using System.Runtime.CompilerServices;
using Gyre.Tensors.Kernels.Lanes;

namespace Gyre.Tensors.Kernels;

/// <summary>x · sigmoid(x).</summary>
internal readonly struct SiluFunction : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Apply<TLanes, TV>(TV x)
        where TLanes : struct, ILanes<TV>
        where TV : struct =>
        TLanes.Divide(x, TLanes.Add(TLanes.Broadcast(1f), Functions.Exp<TLanes, TV>(TLanes.Negate(x))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Derivative<TLanes, TV>(TV x, TV y)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        // s + x·s·(1 − s) with s the sigmoid.
        var s = Functions.Sigmoid<TLanes, TV>(x);
        return TLanes.MultiplyAdd(y, TLanes.Subtract(TLanes.Broadcast(1f), s), s);
    }
}
