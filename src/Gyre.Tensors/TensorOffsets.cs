namespace Gyre.Tensors;

/// <summary>Walks the offsets of a tensor's elements in row-major order; for code that is not hot.</summary>
internal struct TensorOffsets
{
    private readonly Tensor _tensor;
    private TensorAxes<int> _index;

    public TensorOffsets(Tensor tensor) => _tensor = tensor;

    /// <summary>Elements from the first one.</summary>
    public nint Current { get; private set; }

    public void MoveNext()
    {
        var shape = _tensor.Shape;
        var strides = _tensor.Strides;
        for (var axis = shape.Length - 1; axis >= 0; axis--)
        {
            Current += strides[axis];
            if (++_index[axis] < shape[axis])
            {
                return;
            }

            Current -= strides[axis] * shape[axis];
            _index[axis] = 0;
        }
    }
}
