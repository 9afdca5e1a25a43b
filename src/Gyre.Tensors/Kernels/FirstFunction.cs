using System.Runtime.CompilerServices;
using Gyre.Tensors.Kernels.Lanes;

namespace Gyre.Tensors.Kernels;

/// <summary>a, whatever b: a copy between layouts.</summary>
internal readonly struct FirstFunction : IBinaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Apply<TLanes, TV>(TV a, TV b)
        where TLanes : struct, ILanes<TV>
        where TV : struct => a;
}
