using Gyre.Tensors.Kernels.Lanes;

namespace Gyre.Tensors.Kernels;

/// <summary>An operation on two numbers.</summary>
internal interface IBinaryFunction
{
    static abstract TV Apply<TLanes, TV>(TV a, TV b)
        where TLanes : struct, ILanes<TV>
        where TV : struct;
}
