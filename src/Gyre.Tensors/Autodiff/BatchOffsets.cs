namespace Gyre.Tensors.Autodiff;

/// <summary>Where the matrices of each batch start, in a result and in two operands broadcast to its batch axes.</summary>
internal readonly ref struct BatchOffsets
{
    private readonly Tensor _result;
    private readonly TensorAxes<nint> _aStrides;
    private readonly TensorAxes<nint> _bStrides;

    private BatchOffsets(Tensor result, TensorAxes<nint> aStrides, TensorAxes<nint> bStrides, int count) =>
        (_result, _aStrides, _bStrides, Count) = (result, aStrides, bStrides, count);

    /// <summary>The number of matrices in the result.</summary>
    public int Count { get; }

    public static BatchOffsets Of(Tensor result, Tensor a, Tensor b)
    {
        TensorAxes<nint> aStrides = default;
        TensorAxes<nint> bStrides = default;
        var count = 1;
        for (var axis = 0; axis < result.Rank - 2; axis++)
        {
            count *= result.Shape[axis];
            aStrides[axis] = Stride(a, axis - result.Rank, result.Shape[axis]);
            bStrides[axis] = Stride(b, axis - result.Rank, result.Shape[axis]);
        }

        return new BatchOffsets(result, aStrides, bStrides, count);
    }

    public void At(int batch, out nint result, out nint a, out nint b)
    {
        (result, a, b) = (0, 0, 0);
        for (var axis = _result.Rank - 3; axis >= 0; axis--)
        {
            var index = batch % _result.Shape[axis];
            batch /= _result.Shape[axis];
            result += index * _result.Strides[axis];
            a += index * _aStrides[axis];
            b += index * _bStrides[axis];
        }
    }

    private static nint Stride(Tensor tensor, int axisFromEnd, int size)
    {
        var axis = tensor.Rank + axisFromEnd;
        return axis < 0 || (tensor.Shape[axis] == 1 && size != 1) ? 0 : tensor.Strides[axis];
    }
}
