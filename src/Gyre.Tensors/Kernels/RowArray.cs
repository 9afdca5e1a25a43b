namespace Gyre.Tensors.Kernels;

/// <summary>Rows of contiguous elements at a fixed distance: what row kernels read and write.</summary>
internal unsafe struct RowArray
{
    public float* Data;

    /// <summary>Elements from one row to the next.</summary>
    public nint Stride;

    public readonly float* At(long row) => Data + (row * Stride);

    /// <summary>Sees a tensor as rows of its last axis, when its layout allows that without a copy.</summary>
    public static bool TryOf(Tensor tensor, out RowArray rows, out long count, out int width)
    {
        var rank = tensor.Rank;
        (width, count) = (rank == 0 ? 1 : tensor.Shape[rank - 1], 1);
        rows = new RowArray { Data = tensor.UncheckedData, Stride = width };
        if (rank > 0 && width > 1 && tensor.Strides[rank - 1] != 1)
        {
            return false;
        }

        for (var axis = rank - 2; axis >= 0; axis--)
        {
            var size = tensor.Shape[axis];
            if (size != 1)
            {
                if (count == 1)
                {
                    rows.Stride = tensor.Strides[axis];
                }
                else if (tensor.Strides[axis] != rows.Stride * (nint)count)
                {
                    return false;
                }
            }

            count *= size;
        }

        return true;
    }
}
