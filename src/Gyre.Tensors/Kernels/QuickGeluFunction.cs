using System.Runtime.CompilerServices;
using Gyre.Tensors.Kernels.Lanes;

namespace Gyre.Tensors.Kernels;

/// <summary>The approximation x · σ(1.702·x) of the Gaussian error linear unit.</summary>
internal readonly struct QuickGeluFunction : IUnaryFunction
{
    private const float Steepness = 1.702f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Apply<TLanes, TV>(TV x)
        where TLanes : struct, ILanes<TV>
        where TV : struct => TLanes.Multiply(x, Functions.Sigmoid<TLanes, TV>(TLanes.Multiply(x, TLanes.Broadcast(Steepness))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Derivative<TLanes, TV>(TV x, TV y)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        // σ + x·1.702·σ·(1 − σ)
        var scaled = TLanes.Multiply(x, TLanes.Broadcast(Steepness));
        var s = Functions.Sigmoid<TLanes, TV>(scaled);
        return TLanes.MultiplyAdd(scaled, TLanes.Multiply(s, TLanes.Subtract(TLanes.Broadcast(1f), s)), s);
    }
}
