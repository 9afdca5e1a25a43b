using System.Runtime.CompilerServices;

namespace Gyre.Tensors;

/// <summary>One number an axis: sizes or strides, without a heap allocation.</summary>
/// <typeparam name="T">The number.</typeparam>
[InlineArray(Tensor.MaxRank)]
internal struct TensorAxes<T>
    where T : unmanaged
{
#pragma warning disable RCS1213 // The runtime repeats this field; nobody names it.
    private T _first;
#pragma warning restore RCS1213
}
