using Gyre.Tensors.Kernels.Lanes;

namespace Gyre.Tensors.Kernels;

/// <summary>A function of one number and its derivative.</summary>
internal interface IUnaryFunction
{
    static abstract TV Apply<TLanes, TV>(TV x)
        where TLanes : struct, ILanes<TV>
        where TV : struct;

    /// <summary>dy/dx, given both.</summary>
    static abstract TV Derivative<TLanes, TV>(TV x, TV y)
        where TLanes : struct, ILanes<TV>
        where TV : struct;
}
