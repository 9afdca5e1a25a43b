using System.Runtime.CompilerServices;
using Gyre.Tensors.Kernels.Lanes;

namespace Gyre.Tensors.Kernels;

/// <summary>x · Φ(x), with Φ the normal distribution function.</summary>
internal readonly struct GeluFunction : IUnaryFunction
{
    private const float RootHalf = 0.707106781f;
    private const float InverseRootTwoPi = 0.398942280f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Apply<TLanes, TV>(TV x)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        var half = TLanes.Multiply(x, TLanes.Broadcast(0.5f));
        return TLanes.MultiplyAdd(half, Functions.Erf<TLanes, TV>(TLanes.Multiply(x, TLanes.Broadcast(RootHalf))), half);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Derivative<TLanes, TV>(TV x, TV y)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        var half = TLanes.Broadcast(0.5f);
        var distribution = TLanes.MultiplyAdd(half, Functions.Erf<TLanes, TV>(TLanes.Multiply(x, TLanes.Broadcast(RootHalf))), half);
        var density = Functions.Exp<TLanes, TV>(TLanes.Multiply(TLanes.Multiply(x, x), TLanes.Broadcast(-0.5f)));
        return TLanes.MultiplyAdd(TLanes.Multiply(x, TLanes.Broadcast(InverseRootTwoPi)), density, distribution);
    }
}
