using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Gyre.Tensors;

/// <summary>
/// An n-dimensional array of floats: memory of its own, or a view of another tensor's with its own shape and strides.
/// </summary>
/// <remarks>
/// Strides count elements. A view shares memory <i>and</i> gradient with the tensor it was made from: what flows back
/// into a slice or transpose lands in the right place of the whole.
/// <para><b>Owns</b> its block of a <see cref="TensorPool"/> when it was rented there; views and wrapped memory own
/// nothing. Not safe for use by several threads while one writes.</para>
/// </remarks>
public sealed unsafe partial class Tensor : IDisposable
{
    /// <summary>The most axes a tensor can have.</summary>
    public const int MaxRank = 8;

    /// <summary>Stands where no tensor is.</summary>
    internal static readonly Tensor None = new();

    private TensorAxes<int> _shape;
    private TensorAxes<nint> _strides;
    private TensorPool? _pool;
    private long _blockBytes;
    private float* _data;
    private bool _requiresGradient;

    internal Tensor()
    {
    }

    /// <summary>The number of axes; 0 for a scalar.</summary>
    public int Rank { get; private set; }

    /// <summary>The number of elements.</summary>
    public long Length { get; private set; }

    /// <summary>The size of each axis.</summary>
    public ReadOnlySpan<int> Shape => ((ReadOnlySpan<int>)_shape)[..Rank];

    /// <summary>Elements from one index to the next, for each axis.</summary>
    public ReadOnlySpan<nint> Strides => ((ReadOnlySpan<nint>)_strides)[..Rank];

    /// <summary>Whether the elements lie one after another in row-major order.</summary>
    public bool IsContiguous { get; private set; }

    /// <summary>The first element; neither bounds nor lifetime are checked.</summary>
    public float* UncheckedData => _data;

    /// <summary>
    /// Whether <see cref="Autodiff.Tape.Backward(Tensor)"/> computes a gradient for this tensor. Set it on parameters;
    /// results of recorded operations have it when one of their inputs has it. Without it no gradient is computed and
    /// the memory of the one there was is given back.
    /// </summary>
    public bool RequiresGradient
    {
        get => Root._requiresGradient;
        set
        {
            if (Source is not null)
            {
                throw new InvalidOperationException("Require a gradient: called on a view, expected the tensor that owns the memory. Set it there; the view shares it.");
            }

            _requiresGradient = value;
            if (!value)
            {
                Gradient?.Release();
                (Gradient, GradientIsZero) = (null, false);
            }
        }
    }

    /// <summary>
    /// The sum of the gradients of all <see cref="Autodiff.Tape.Backward(Tensor)"/> calls since <see cref="ZeroGradient"/>;
    /// null before the first. Contiguous, of the shape of the tensor that owns the memory.
    /// </summary>
    public Tensor? Gradient { get; internal set; }

    /// <summary>The elements in row-major order.</summary>
    /// <remarks><b>Errors</b>: <see cref="InvalidOperationException"/> when the tensor is not contiguous or has more elements than a span can.</remarks>
    public Span<float> Span
    {
        get
        {
            if (!IsContiguous || Length > int.MaxValue)
            {
                ThrowNoSpan();
            }

            return new Span<float>(_data, (int)Length);
        }
    }

    /// <summary>The tensor this is a view of, itself never a view; null when this is none.</summary>
    internal Tensor? Source { get; private set; }

    /// <summary>The owner of memory and gradient: this, or what it is a view of.</summary>
    internal Tensor Root => Source ?? this;

    /// <summary>Whether <see cref="Gradient"/> counts as zero, so that the next contribution may overwrite it.</summary>
    internal bool GradientIsZero { get; set; }

    /// <summary>Whether a tape made this tensor and takes it back on reset.</summary>
    internal bool IsIntermediate { get; set; }

    /// <summary>One element.</summary>
    /// <remarks><b>Cost</b>: checks every index; not for loops over many elements.</remarks>
    public float this[params ReadOnlySpan<int> index]
    {
        get => _data[Offset(index)];
        set => _data[Offset(index)] = value;
    }

    /// <summary>Wraps memory that someone else owns and keeps alive, row-major.</summary>
    /// <param name="data">The first element.</param>
    /// <param name="shape">The size of each axis.</param>
    public static Tensor Wrap(float* data, params ReadOnlySpan<int> shape)
    {
        if (data == null)
        {
            throw new ArgumentNullException(nameof(data));
        }

        var tensor = new Tensor();
        tensor.SetContiguous(shape);
        tensor._data = data;
        return tensor;
    }

    /// <summary>Sets every element.</summary>
    public void Fill(float value)
    {
        if (IsContiguous)
        {
            for (long begin = 0; begin < Length; begin += int.MaxValue)
            {
                new Span<float>(_data + begin, (int)Math.Min(int.MaxValue, Length - begin)).Fill(value);
            }

            return;
        }

        var offsets = new TensorOffsets(this);
        for (long i = 0; i < Length; i++, offsets.MoveNext())
        {
            _data[offsets.Current] = value;
        }
    }

    /// <summary>Copies the elements in row-major order from a span of the same length.</summary>
    public void CopyFrom(ReadOnlySpan<float> source)
    {
        RequireLength("Copy into a tensor", source.Length);
        if (IsContiguous)
        {
            source.CopyTo(Span);
            return;
        }

        var offsets = new TensorOffsets(this);
        for (var i = 0; i < source.Length; i++, offsets.MoveNext())
        {
            _data[offsets.Current] = source[i];
        }
    }

    /// <summary>Copies the elements in row-major order, whatever the layout.</summary>
    public void CopyTo(Span<float> destination)
    {
        RequireLength("Copy a tensor", destination.Length);
        if (IsContiguous)
        {
            Span.CopyTo(destination);
            return;
        }

        var offsets = new TensorOffsets(this);
        for (var i = 0; i < destination.Length; i++, offsets.MoveNext())
        {
            destination[i] = _data[offsets.Current];
        }
    }

    /// <summary>The elements in row-major order as a new array.</summary>
    public float[] ToArray()
    {
        var result = new float[Length];
        CopyTo(result);
        return result;
    }

    /// <summary>Makes the gradient zero; does nothing before the first one.</summary>
    public void ZeroGradient()
    {
        var root = Root;
        root.Gradient?.Fill(0f);
        root.GradientIsZero = true;
    }

    /// <summary>Gives rented memory, and the gradient's, back to its pool. Views of this tensor must not be used afterwards.</summary>
    public void Dispose()
    {
        if (IsIntermediate)
        {
            throw new InvalidOperationException("Dispose a tensor: it is a result of a tape, which takes it back on Reset. Dispose only tensors that you rented.");
        }

        Release();
    }

    /// <summary>The shape as text, for messages.</summary>
    public override string ToString() => "[" + string.Join(", ", Shape.ToArray()) + "]";

    internal void InitializeRented(TensorPool pool, ReadOnlySpan<int> shape)
    {
        SetContiguous(shape);
        _data = pool.RentBlock(checked(Length * sizeof(float)), out _blockBytes);
        _pool = pool;
    }

    internal void InitializeView(Tensor of, nint offset, ReadOnlySpan<int> shape, ReadOnlySpan<nint> strides)
    {
        Rank = shape.Length;
        shape.CopyTo(_shape);
        strides.CopyTo(_strides);
        Source = of.Root;
        _data = of._data + offset;
        Length = CountElements(shape);
        IsContiguous = HasContiguousStrides();
    }

    /// <summary>A view of a gradient that lies in it as <paramref name="value"/> lies in its root.</summary>
    internal void InitializeGradientView(Tensor gradient, Tensor value) =>
        InitializeView(gradient, (nint)(value._data - value.Root._data), value.Shape, value.Strides);

    /// <summary>Marks a result of a recorded operation.</summary>
    internal void MarkRequiresGradient() => _requiresGradient = true;

    internal void Release()
    {
        Gradient?.Release();
        Gradient = null;
        GradientIsZero = false;
        if (_pool is not null && _data != null)
        {
            _pool.ReturnBlock(_data, _blockBytes);
        }

        _pool = null;
        _data = null;
        Source = null;
        _requiresGradient = false;
        IsIntermediate = false;
        Rank = 0;
        Length = 0;
    }

    internal void SetContiguous(ReadOnlySpan<int> shape)
    {
        Length = CountElements(shape);
        Rank = shape.Length;
        shape.CopyTo(_shape);
        nint stride = 1;
        for (var axis = Rank - 1; axis >= 0; axis--)
        {
            _strides[axis] = stride;
            stride *= shape[axis];
        }

        IsContiguous = true;
    }

    private static long CountElements(ReadOnlySpan<int> shape)
    {
        if (shape.Length > MaxRank)
        {
            throw new ArgumentException($"Shape a tensor: found {shape.Length} axes, expected at most {MaxRank}.", nameof(shape));
        }

        long length = 1;
        foreach (var size in shape)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(size, nameof(shape));
            length = checked(length * size);
        }

        return length;
    }

    private bool HasContiguousStrides()
    {
        nint expected = 1;
        for (var axis = Rank - 1; axis >= 0; axis--)
        {
            if (_shape[axis] != 1 && _strides[axis] != expected && Length > 0)
            {
                return false;
            }

            expected *= _shape[axis];
        }

        return true;
    }

    private nint Offset(ReadOnlySpan<int> index)
    {
        if (index.Length != Rank)
        {
            throw new ArgumentException($"Read a tensor: found {index.Length} indices, expected {Rank} for the shape {this}.", nameof(index));
        }

        nint offset = 0;
        for (var axis = 0; axis < Rank; axis++)
        {
            if ((uint)index[axis] >= (uint)_shape[axis])
            {
                throw new ArgumentOutOfRangeException(nameof(index), $"Read a tensor: found index {index[axis]} on axis {axis}, expected 0 to {_shape[axis] - 1} for the shape {this}.");
            }

            offset += index[axis] * _strides[axis];
        }

        return offset;
    }

    private void RequireLength(string operation, int length)
    {
        if (length != Length)
        {
            throw new ArgumentException($"{operation}: found a span of {length} elements, expected {Length} for the shape {this}.", nameof(length));
        }
    }

    private void ThrowNoSpan() => throw new InvalidOperationException(
        $"Read a tensor as a span: the shape {this} with strides [{string.Join(", ", Strides.ToArray())}] is not contiguous or too long. Copy it, or use CopyTo.");
}
