using System.Runtime.CompilerServices;
using Gyre.Tensors.Kernels.Lanes;

namespace Gyre.Tensors.Kernels;

/// <summary>The approximation x/2 · (1 + tanh(√(2/π) · (x + 0.044715·x³))).</summary>
internal readonly struct GeluTanhFunction : IUnaryFunction
{
    private const float RootTwoOverPi = 0.797884561f;
    private const float Cubic = 0.044715f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Apply<TLanes, TV>(TV x)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        // 1 + tanh(u) = 2·sigmoid(2u).
        return TLanes.Multiply(x, Functions.Sigmoid<TLanes, TV>(TwiceInner<TLanes, TV>(x)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Derivative<TLanes, TV>(TV x, TV y)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        var s = Functions.Sigmoid<TLanes, TV>(TwiceInner<TLanes, TV>(x));
        var slope = TLanes.MultiplyAdd(TLanes.Multiply(x, x), TLanes.Broadcast(6f * Cubic * RootTwoOverPi), TLanes.Broadcast(2f * RootTwoOverPi));
        var inner = TLanes.Multiply(TLanes.Multiply(s, TLanes.Subtract(TLanes.Broadcast(1f), s)), slope);
        return TLanes.MultiplyAdd(x, inner, s);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TV TwiceInner<TLanes, TV>(TV x)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        var cubic = TLanes.MultiplyAdd(TLanes.Multiply(x, x), TLanes.Broadcast(2f * Cubic * RootTwoOverPi), TLanes.Broadcast(2f * RootTwoOverPi));
        return TLanes.Multiply(x, cubic);
    }
}
