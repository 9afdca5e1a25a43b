namespace Gyre.Tensors.Kernels;

/// <summary>One broadcast operation: sizes of the result, strides of all three in its axes.</summary>
internal unsafe struct BinaryJob
{
    public int Rank;
    public TensorAxes<int> Shape;
    public TensorAxes<nint> AStrides;
    public TensorAxes<nint> BStrides;
    public TensorAxes<nint> YStrides;
    public float* A;
    public float* B;
    public float* Y;
    public bool Accumulate;

    /// <summary>Fills the job for operands already expanded to the result's shape, merging axes that walk as one.</summary>
    public void Describe(ReadOnlySpan<int> shape, ReadOnlySpan<nint> a, ReadOnlySpan<nint> b, ReadOnlySpan<nint> y)
    {
        Rank = 0;
        for (var axis = 0; axis < shape.Length; axis++)
        {
            if (shape[axis] == 1)
            {
                continue;
            }

            if (Rank > 0 && AStrides[Rank - 1] == a[axis] * shape[axis] && BStrides[Rank - 1] == b[axis] * shape[axis] && YStrides[Rank - 1] == y[axis] * shape[axis]
                && (long)Shape[Rank - 1] * shape[axis] <= int.MaxValue)
            {
                Shape[Rank - 1] *= shape[axis];
            }
            else
            {
                Shape[Rank++] = shape[axis];
            }

            (AStrides[Rank - 1], BStrides[Rank - 1], YStrides[Rank - 1]) = (a[axis], b[axis], y[axis]);
        }

        if (Rank == 0)
        {
            Shape[Rank++] = 1;
        }
    }
}
