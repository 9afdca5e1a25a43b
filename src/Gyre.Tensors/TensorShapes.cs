namespace Gyre.Tensors;

/// <summary>Shapes that meet: broadcasting and the messages when they do not fit.</summary>
internal static class TensorShapes
{
    /// <summary>The shape to which both broadcast.</summary>
    /// <returns>The number of axes written.</returns>
    public static int Broadcast(string operation, Tensor a, Tensor b, Span<int> destination)
    {
        var rank = Math.Max(a.Rank, b.Rank);
        for (var i = 1; i <= rank; i++)
        {
            var sizeA = i <= a.Rank ? a.Shape[^i] : 1;
            var sizeB = i <= b.Rank ? b.Shape[^i] : 1;
            if (sizeA != sizeB && sizeA != 1 && sizeB != 1)
            {
                throw new ArgumentException($"{operation}: found the shapes {a} and {b}, expected sizes that are equal or 1 on each axis, counted from the last.", nameof(b));
            }

            destination[rank - i] = sizeA == 1 ? sizeB : sizeA;
        }

        return rank;
    }

    /// <summary>The strides with which a tensor is read as if it had the given shape.</summary>
    public static void BroadcastStrides(Tensor tensor, ReadOnlySpan<int> shape, Span<nint> destination)
    {
        var lead = shape.Length - tensor.Rank;
        for (var axis = 0; axis < shape.Length; axis++)
        {
            destination[axis] = axis < lead || (tensor.Shape[axis - lead] == 1 && shape[axis] != 1) ? 0 : tensor.Strides[axis - lead];
        }
    }

    public static string Text(ReadOnlySpan<int> shape) => "[" + string.Join(", ", shape.ToArray()) + "]";
}
