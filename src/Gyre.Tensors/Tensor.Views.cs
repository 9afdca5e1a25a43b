namespace Gyre.Tensors;

/// <content>Views: other shapes and strides over the same memory, without copying.</content>
public sealed unsafe partial class Tensor
{
    /// <summary>A view with another shape over the same elements in the same order; one size may be −1 and is then computed.</summary>
    /// <remarks><b>Errors</b>: <see cref="ArgumentException"/> when the counts differ, or when the layout needs a copy (use <c>Tape.Reshape</c>, which copies then).</remarks>
    public Tensor Reshape(params ReadOnlySpan<int> shape)
    {
        var view = new Tensor();
        return InitializeReshape(view, shape) ? view : throw new ArgumentException(
            $"Reshape: the shape {this} with strides [{string.Join(", ", Strides.ToArray())}] cannot be seen as [{string.Join(", ", shape.ToArray())}] without a copy. Copy it first.", nameof(shape));
    }

    /// <summary>A view with the axes in another order.</summary>
    /// <param name="axes">For each new axis, which old one it is.</param>
    public Tensor Permute(params ReadOnlySpan<int> axes)
    {
        var view = new Tensor();
        InitializePermutation(view, axes);
        return view;
    }

    /// <summary>A view with two axes exchanged; negative axes count from the end.</summary>
    public Tensor Transpose(int first = -2, int second = -1)
    {
        var view = new Tensor();
        InitializeTranspose(view, first, second);
        return view;
    }

    /// <summary>A view of every <paramref name="step"/>-th index of one axis.</summary>
    /// <param name="axis">The axis; a negative one counts from the end.</param>
    /// <param name="start">The first index.</param>
    /// <param name="length">How many indices.</param>
    /// <param name="step">From one index to the next; may be negative, not zero.</param>
    public Tensor Slice(int axis, int start, int length, int step = 1)
    {
        var view = new Tensor();
        InitializeSlice(view, axis, start, length, step);
        return view;
    }

    /// <summary>A view in which axes of size 1, and new axes in front, repeat to the given shape.</summary>
    /// <remarks>
    /// Elements share memory, so a view that repeats is for reading.
    /// <para><b>Errors</b>: <see cref="ArgumentException"/> when an axis has another size than 1 or the wanted one.</para>
    /// </remarks>
    public Tensor Expand(params ReadOnlySpan<int> shape)
    {
        var view = new Tensor();
        InitializeExpansion(view, shape);
        return view;
    }

    internal bool InitializeReshape(Tensor view, ReadOnlySpan<int> shape)
    {
        TensorAxes<int> sizes = default;
        shape.CopyTo(sizes);
        ResolveUnknown(((Span<int>)sizes)[..shape.Length]);
        ReadOnlySpan<int> wanted = ((Span<int>)sizes)[..shape.Length];
        TensorAxes<nint> strides = default;
        if (!TryStridesFor(wanted, strides))
        {
            return false;
        }

        view.InitializeView(this, 0, wanted, ((Span<nint>)strides)[..wanted.Length]);
        return true;
    }

    internal void InitializePermutation(Tensor view, ReadOnlySpan<int> axes)
    {
        TensorAxes<int> sizes = default;
        TensorAxes<nint> strides = default;
        var seen = 0;
        for (var i = 0; i < axes.Length; i++)
        {
            var axis = RequireAxis("Permute", axes[i]);
            seen |= 1 << axis;
            sizes[i] = _shape[axis];
            strides[i] = _strides[axis];
        }

        if (axes.Length != Rank || seen != (1 << Rank) - 1)
        {
            throw new ArgumentException($"Permute: found the axes [{string.Join(", ", axes.ToArray())}], expected each axis of the shape {this} once.", nameof(axes));
        }

        view.InitializeView(this, 0, ((Span<int>)sizes)[..Rank], ((Span<nint>)strides)[..Rank]);
    }

    internal void InitializeTranspose(Tensor view, int first, int second)
    {
        first = RequireAxis("Transpose", first);
        second = RequireAxis("Transpose", second);
        var (sizes, strides) = (_shape, _strides);
        (sizes[first], sizes[second]) = (sizes[second], sizes[first]);
        (strides[first], strides[second]) = (strides[second], strides[first]);
        view.InitializeView(this, 0, ((Span<int>)sizes)[..Rank], ((Span<nint>)strides)[..Rank]);
    }

    internal void InitializeSlice(Tensor view, int axis, int start, int length, int step)
    {
        axis = RequireAxis("Slice", axis);
        var size = _shape[axis];
        var last = start + ((long)(length - 1) * step);
        if (length < 0 || step == 0 || (length > 0 && (start < 0 || start >= size || last < 0 || last >= size)))
        {
            throw new ArgumentOutOfRangeException(
                nameof(start), $"Slice: found start {start}, length {length}, step {step} on axis {axis}, expected indices from 0 to {size - 1} for the shape {this}.");
        }

        var (sizes, strides) = (_shape, _strides);
        var offset = length == 0 ? 0 : start * strides[axis];
        sizes[axis] = length;
        strides[axis] *= step;
        view.InitializeView(this, offset, ((Span<int>)sizes)[..Rank], ((Span<nint>)strides)[..Rank]);
    }

    internal void InitializeExpansion(Tensor view, ReadOnlySpan<int> shape)
    {
        TensorAxes<nint> strides = default;
        var lead = shape.Length - Rank;
        for (var axis = 0; axis < shape.Length; axis++)
        {
            var size = axis < lead ? 1 : lead < 0 ? -1 : _shape[axis - lead];
            if (size != 1 && size != shape[axis])
            {
                throw new ArgumentException($"Expand: found the shape {this}, expected one whose sizes are 1 or those of [{string.Join(", ", shape.ToArray())}].", nameof(shape));
            }

            strides[axis] = axis < lead || (size == 1 && shape[axis] != 1) ? 0 : _strides[axis - lead];
        }

        view.InitializeView(this, 0, shape, ((Span<nint>)strides)[..shape.Length]);
    }

    /// <summary>Turns a negative axis into its index from the front, or fails naming the operation.</summary>
    internal int RequireAxis(string operation, int axis)
    {
        var resolved = axis < 0 ? axis + Rank : axis;
        return (uint)resolved < (uint)Rank
            ? resolved
            : throw new ArgumentOutOfRangeException(nameof(axis), $"{operation}: found axis {axis}, expected {-Rank} to {Rank - 1} for the shape {this}.");
    }

    /// <summary>Whether some elements share memory, so that writing through this view would race.</summary>
    internal bool Repeats()
    {
        for (var axis = 0; axis < Rank; axis++)
        {
            // Without elements none is shared, though strides beside an axis of size 0 are 0.
            if (_strides[axis] == 0 && _shape[axis] > 1 && Length > 0)
            {
                return true;
            }
        }

        return false;
    }

    private void ResolveUnknown(Span<int> shape)
    {
        var unknown = shape.IndexOf(-1);
        long known = 1;
        for (var axis = 0; axis < shape.Length; axis++)
        {
            known *= axis == unknown ? 1 : shape[axis];
        }

        if (unknown >= 0 && known > 0 && Length % known == 0)
        {
            shape[unknown] = (int)(Length / known);
            known = Length;
        }

        if (known != Length)
        {
            throw new ArgumentException($"Reshape: found the shape {this} with {Length} elements, expected as many as [{string.Join(", ", shape.ToArray())}] has.", nameof(shape));
        }
    }

    /// <summary>Strides that show the elements in the wanted shape, if the layout allows it.</summary>
    private bool TryStridesFor(ReadOnlySpan<int> wanted, Span<nint> strides)
    {
        if (IsContiguous || Length == 0)
        {
            nint stride = 1;
            for (var axis = wanted.Length - 1; axis >= 0; axis--)
            {
                strides[axis] = stride;
                stride *= wanted[axis];
            }

            return true;
        }

        // Match groups of old axes that can be walked with one stride against groups of new ones, from the back.
        var old = Rank - 1;
        var axisNew = wanted.Length - 1;
        while (old >= 0 || axisNew >= 0)
        {
            while (old >= 0 && _shape[old] == 1)
            {
                old--;
            }

            long group = 1;
            nint stride = 1;
            if (old >= 0)
            {
                (group, stride) = (_shape[old], _strides[old]);
                old--;
                while (old >= 0 && (_shape[old] == 1 || _strides[old] == stride * (nint)group))
                {
                    group *= _shape[old];
                    old--;
                }
            }

            while (axisNew >= 0 && (group > 1 || wanted[axisNew] == 1))
            {
                if (group % wanted[axisNew] != 0)
                {
                    return false;
                }

                strides[axisNew] = stride;
                stride *= wanted[axisNew];
                group /= wanted[axisNew];
                axisNew--;
            }

            if (group > 1)
            {
                return false;
            }
        }

        return true;
    }
}
