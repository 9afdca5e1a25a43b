using Gyre.Tensors.Kernels.Lanes;

namespace Gyre.Tensors.Kernels;

/// <summary>How two partial results of a reduction become one.</summary>
internal interface IReduction
{
    static abstract float Start { get; }

    static abstract TV Combine<TLanes, TV>(TV a, TV b)
        where TLanes : struct, ILanes<TV>
        where TV : struct;
}
