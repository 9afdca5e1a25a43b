using System.Runtime.CompilerServices;
using Gyre.Tensors.Kernels.Lanes;

namespace Gyre.Tensors.Kernels;

/// <summary>1 where a equals b, else 0.</summary>
internal readonly struct EqualFunction : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Apply<TLanes, TV>(TV a, TV b)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        var zero = TLanes.Broadcast(0f);
        var notAbove = TLanes.Select(TLanes.LessThan(a, b), zero, TLanes.Broadcast(1f));
        return TLanes.Select(TLanes.LessThan(b, a), zero, notAbove);
    }
}
