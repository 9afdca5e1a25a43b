using Gyre.Tensors.Autodiff.Operations;
using Gyre.Tensors.Kernels;

namespace Gyre.Tensors.Autodiff;

/// <content>Arithmetic, elementary functions, reductions and layouts.</content>
public sealed unsafe partial class Tape
{
    /// <summary>a + b, broadcast.</summary>
    public Tensor Add(Tensor a, Tensor b) => Binary<AddFunction>("Add", BinaryKind.Add, a, b);

    /// <summary>a − b, broadcast.</summary>
    public Tensor Subtract(Tensor a, Tensor b) => Binary<SubtractFunction>("Subtract", BinaryKind.Subtract, a, b);

    /// <summary>a · b, broadcast.</summary>
    public Tensor Multiply(Tensor a, Tensor b) => Binary<MultiplyFunction>("Multiply", BinaryKind.Multiply, a, b);

    /// <summary>a / b, broadcast.</summary>
    public Tensor Divide(Tensor a, Tensor b) => Binary<DivideFunction>("Divide", BinaryKind.Divide, a, b);

    /// <summary>factor · x.</summary>
    public Tensor Scale(Tensor x, float factor)
    {
        x = AsContiguous(x);
        var y = Allocate(x.Shape);
        var job = new FlatJob { Count = x.Length, X = x.UncheckedData, Y = y.UncheckedData, A = factor };
        Run<ScaleKernel>(ref job);
        if (Needs(x))
        {
            var operation = Record<ScaleOperation>(y);
            (operation.X, operation.Factor) = (x, factor);
        }

        return y;
    }

    /// <summary>A contiguous copy.</summary>
    public Tensor Contiguous(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        var y = Allocate(x.Shape);
        TapeSums.Apply<FirstFunction>(this, x, x, y, accumulate: false);
        if (Needs(x))
        {
            var operation = Record<ScaleOperation>(y);
            (operation.X, operation.Factor) = (x, 1f);
        }

        return y;
    }

    /// <summary>x · sigmoid(x).</summary>
    public Tensor Silu(Tensor x) => Unary<SiluFunction>(x);

    /// <summary>x · Φ(x), or its approximation by tanh.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="isApproximate">The approximation.</param>
    /// <remarks><b>Source</b>: D. Hendrycks and K. Gimpel, "Gaussian Error Linear Units", 2016.</remarks>
    public Tensor Gelu(Tensor x, bool isApproximate) => isApproximate ? Unary<GeluTanhFunction>(x) : Unary<GeluFunction>(x);

    /// <summary>x · σ(1.702·x).</summary>
    public Tensor QuickGelu(Tensor x) => Unary<QuickGeluFunction>(x);

    /// <summary>Applies an activation function; <see cref="ActivationFunction.None"/> gives <paramref name="x"/> itself.</summary>
    public Tensor Activate(Tensor x, ActivationFunction function) => function switch
    {
        ActivationFunction.None => x,
        ActivationFunction.Silu => Silu(x),
        ActivationFunction.Gelu => Gelu(x, isApproximate: false),
        ActivationFunction.GeluTanh => Gelu(x, isApproximate: true),
        ActivationFunction.QuickGelu => QuickGelu(x),
        ActivationFunction.Relu => Relu(x),
        ActivationFunction.Tanh => Tanh(x),
        _ => throw new ArgumentOutOfRangeException(nameof(function), function, "Activate: expected one of the named functions."),
    };

    /// <summary>max(x, 0).</summary>
    public Tensor Relu(Tensor x) => Unary<Rectifier>(x);

    /// <summary>1 / (1 + e^−x).</summary>
    public Tensor Sigmoid(Tensor x) => Unary<Logistic>(x);

    /// <summary>tanh x.</summary>
    public Tensor Tanh(Tensor x) => Unary<HyperbolicTangent>(x);

    /// <summary>e^x.</summary>
    public Tensor Exp(Tensor x) => Unary<Exponential>(x);

    /// <summary>The natural logarithm.</summary>
    public Tensor Log(Tensor x) => Unary<Logarithm>(x);

    /// <summary>The square root.</summary>
    public Tensor Sqrt(Tensor x) => Unary<SquareRoot>(x);

    /// <summary>The error function.</summary>
    public Tensor Erf(Tensor x) => Unary<ErrorFunction>(x);

    /// <summary>−x.</summary>
    public Tensor Negate(Tensor x) => Unary<Negation>(x);

    /// <summary>The same elements in another shape: a view where the layout allows, else a copy. One size may be −1.</summary>
    public Tensor Reshape(Tensor x, params ReadOnlySpan<int> shape)
    {
        ArgumentNullException.ThrowIfNull(x);
        var view = NewTensor();
        if (!x.InitializeReshape(view, shape))
        {
            _ = Contiguous(x).InitializeReshape(view, shape);
        }

        return view;
    }

    /// <summary>A view with two axes exchanged; negative axes count from the end.</summary>
    public Tensor Transpose(Tensor x, int first = -2, int second = -1)
    {
        ArgumentNullException.ThrowIfNull(x);
        var view = NewTensor();
        x.InitializeTranspose(view, first, second);
        return view;
    }

    /// <summary>A view with the axes in another order.</summary>
    public Tensor Permute(Tensor x, params ReadOnlySpan<int> axes)
    {
        ArgumentNullException.ThrowIfNull(x);
        var view = NewTensor();
        x.InitializePermutation(view, axes);
        return view;
    }

    /// <summary>A view of a range of one axis; see <see cref="Tensor.Slice"/>.</summary>
    public Tensor Slice(Tensor x, int axis, int start, int length, int step = 1)
    {
        ArgumentNullException.ThrowIfNull(x);
        var view = NewTensor();
        x.InitializeSlice(view, axis, start, length, step);
        return view;
    }

    /// <summary>The matrix product of the last two axes; leading axes are batches and broadcast.</summary>
    /// <param name="a">[…, M, K], or [.., K, M] when transposed.</param>
    /// <param name="b">[…, K, N], or [.., N, K] when transposed.</param>
    /// <param name="transposesA">Exchanges the last two axes of a first.</param>
    /// <param name="transposesB">Exchanges the last two axes of b first.</param>
    /// <remarks><b>Shape</b>: → […, M, N]. Operands may have any strides.</remarks>
    public Tensor MatMul(Tensor a, Tensor b, bool transposesA = false, bool transposesB = false)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        if (a.Rank < 2 || b.Rank < 2 || a.Shape[transposesA ? ^2 : ^1] != b.Shape[transposesB ? ^1 : ^2])
        {
            throw new ArgumentException($"MatMul: found the shapes {a}{(transposesA ? " transposed" : "")} and {b}{(transposesB ? " transposed" : "")}, expected […, M, K] and […, K, N].", nameof(b));
        }

        a = transposesA ? Transpose(a) : a;
        b = transposesB ? Transpose(b) : b;
        TensorAxes<int> shape = default;
        var rank = BatchShape(a, b, shape);
        (shape[rank - 2], shape[rank - 1]) = (a.Shape[^2], b.Shape[^1]);
        var y = Allocate(((ReadOnlySpan<int>)shape)[..rank]);
        var batches = BatchOffsets.Of(y, a, b);
        for (var i = 0; i < batches.Count; i++)
        {
            batches.At(i, out var offset, out var offsetA, out var offsetB);
            MatrixView.Multiply(this, MatrixView.Of(a).At(offsetA), MatrixView.Of(b).At(offsetB), MatrixView.Of(y).At(offset), accumulate: false);
        }

        if (Needs(a, b))
        {
            var operation = Record<MatMulOperation>(y);
            (operation.A, operation.B) = (a, b);
        }

        return y;
    }

    /// <summary>e^x / Σ e^x over one axis; of −∞ only, zeros.</summary>
    public Tensor Softmax(Tensor x, int axis = -1) => SoftmaxOver("Softmax", x, axis, isLogarithmic: false);

    /// <summary>The logarithm of <see cref="Softmax"/>, without computing the small numbers themselves.</summary>
    public Tensor LogSoftmax(Tensor x, int axis = -1) => SoftmaxOver("LogSoftmax", x, axis, isLogarithmic: true);

    /// <summary>The sum over some axes, or over all when none is named.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="axes">The axes; negative ones count from the end.</param>
    /// <param name="keepsAxes">Whether the axes stay, with size 1.</param>
    public Tensor Sum(Tensor x, ReadOnlySpan<int> axes = default, bool keepsAxes = false) => SumOver("Sum", x, axes, keepsAxes, isMean: false);

    /// <summary>The mean over some axes, or over all when none is named.</summary>
    /// <param name="x">Any shape; the axes must not be empty.</param>
    /// <param name="axes">The axes; negative ones count from the end.</param>
    /// <param name="keepsAxes">Whether the axes stay, with size 1.</param>
    public Tensor Mean(Tensor x, ReadOnlySpan<int> axes = default, bool keepsAxes = false) => SumOver("Mean", x, axes, keepsAxes, isMean: true);

    /// <summary>The largest over some axes, or over all when none is named; of nothing −∞. Equal ones share the gradient.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="axes">The axes; negative ones count from the end.</param>
    /// <param name="keepsAxes">Whether the axes stay, with size 1.</param>
    public Tensor Max(Tensor x, ReadOnlySpan<int> axes = default, bool keepsAxes = false)
    {
        ArgumentNullException.ThrowIfNull(x);
        TensorAxes<int> kept = default;
        ReducedShape("Max", x, axes, kept, out _);
        var y = this.Reduce<MaxReduction>(x, ((ReadOnlySpan<int>)kept)[..x.Rank]);
        if (Needs(x))
        {
            Record<MaxOperation>(y).X = x;
        }

        return keepsAxes ? y : WithoutAxes(y, axes);
    }

    /// <summary>Tensors behind each other along one axis.</summary>
    /// <param name="parts">At least one; equal sizes on the other axes.</param>
    /// <param name="axis">The axis; a negative one counts from the end.</param>
    public Tensor Concat(ReadOnlySpan<Tensor> parts, int axis)
    {
        if (parts.IsEmpty)
        {
            throw new ArgumentException("Concat: found no tensors, expected at least one.", nameof(parts));
        }

        axis = parts[0].RequireAxis("Concat", axis);
        TensorAxes<int> shape = default;
        parts[0].Shape.CopyTo(shape);
        shape[axis] = 0;
        var needs = false;
        foreach (var part in parts)
        {
            for (var i = 0; i < Math.Max(part.Rank, parts[0].Rank); i++)
            {
                if (part.Rank != parts[0].Rank || (i != axis && part.Shape[i] != shape[i]))
                {
                    throw new ArgumentException($"Concat: found the shapes {parts[0]} and {part}, expected equal sizes except on axis {axis}.", nameof(parts));
                }
            }

            shape[axis] += part.Shape[axis];
            needs |= Needs(part);
        }

        var y = Allocate(((ReadOnlySpan<int>)shape)[..parts[0].Rank]);
        var start = 0;
        foreach (var part in parts)
        {
            TapeSums.Apply<FirstFunction>(this, part, part, Slice(y, axis, start, part.Shape[axis]), accumulate: false);
            start += part.Shape[axis];
        }

        if (needs)
        {
            var operation = Record<ConcatOperation>(y);
            operation.Axis = axis;
            operation.SetParts(parts);
        }

        return y;
    }

    /// <summary>A copy in which axes of size 1, and new axes in front, repeat to the given shape.</summary>
    public Tensor Expand(Tensor x, params ReadOnlySpan<int> shape)
    {
        ArgumentNullException.ThrowIfNull(x);
        var repeated = NewTensor();
        x.InitializeExpansion(repeated, shape);
        var y = Allocate(shape);
        TapeSums.Apply<FirstFunction>(this, repeated, repeated, y, accumulate: false);
        if (Needs(x))
        {
            Record<ExpandOperation>(y).X = x;
        }

        return y;
    }

    /// <summary>Zeroes elements at random and scales the others, so that the mean stays.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="rate">The share of zeros, in [0, 1).</param>
    /// <param name="seed">Fixes the mask: equal seeds and lengths give equal masks. Draw a new one for every layer and step.</param>
    /// <remarks><b>Source</b>: N. Srivastava et al., "Dropout", 2014.</remarks>
    public Tensor Dropout(Tensor x, float rate, ulong seed)
    {
        if (!(rate >= 0f && rate < 1f))
        {
            throw new ArgumentOutOfRangeException(nameof(rate), $"Dropout: found a rate of {rate}, expected at least 0 and less than 1.");
        }

        x = AsContiguous(x);
        var y = Allocate(x.Shape);
        var job = new DropoutJob { Count = x.Length, X = x.UncheckedData, Y = y.UncheckedData, Seed = seed, KeepBelow = (ulong)((1.0 - rate) * (1UL << 32)), Scale = 1f / (1f - rate) };
        KernelTeam.Run<DropoutKernel>(Team, x.Length * 4, &job);
        if (Needs(x))
        {
            var operation = Record<DropoutOperation>(y);
            (operation.X, operation.Job) = (x, job);
        }

        return y;
    }

    private Tensor Unary<TFunction>(Tensor x)
        where TFunction : struct, IUnaryFunction
    {
        x = AsContiguous(x);
        var y = Allocate(x.Shape);
        var job = new FlatJob { Count = x.Length, X = x.UncheckedData, Y = y.UncheckedData };
        Run<UnaryForward<TFunction>>(ref job, 4);
        if (Needs(x))
        {
            Record<UnaryOperation<TFunction>>(y).X = x;
        }

        return y;
    }

    private Tensor Binary<TFunction>(string name, BinaryKind kind, Tensor a, Tensor b)
        where TFunction : struct, IBinaryFunction
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        TensorAxes<int> shape = default;
        var rank = TensorShapes.Broadcast(name, a, b, shape);
        var y = this.Compute<TFunction>(((ReadOnlySpan<int>)shape)[..rank], a, b);
        if (Needs(a, b))
        {
            var operation = Record<BinaryOperation>(y);
            (operation.Kind, operation.A, operation.B) = (kind, a, b);
        }

        return y;
    }

    private Tensor AsContiguous(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.IsContiguous ? x : Contiguous(x);
    }

    private Tensor SoftmaxOver(string name, Tensor x, int axis, bool isLogarithmic)
    {
        ArgumentNullException.ThrowIfNull(x);
        axis = x.RequireAxis(name, axis);
        if (axis != x.Rank - 1)
        {
            return Transpose(SoftmaxOver(name, Transpose(x, axis, x.Rank - 1), x.Rank - 1, isLogarithmic), axis, x.Rank - 1);
        }

        x = AsRows(x);
        var y = Allocate(x.Shape);
        var job = new SoftmaxJob { IsLogarithmic = isLogarithmic };
        _ = RowArray.TryOf(x, out job.X, out job.Rows, out job.Width);
        _ = RowArray.TryOf(y, out job.Y, out _, out _);
        KernelTeam.Run<SoftmaxForward>(Team, x.Length * 8, &job);
        if (Needs(x))
        {
            var operation = Record<SoftmaxOperation>(y);
            (operation.X, operation.IsLogarithmic) = (x, isLogarithmic);
        }

        return y;
    }

    private Tensor SumOver(string name, Tensor x, ReadOnlySpan<int> axes, bool keepsAxes, bool isMean)
    {
        ArgumentNullException.ThrowIfNull(x);
        TensorAxes<int> kept = default;
        ReducedShape(name, x, axes, kept, out var count);
        if (isMean && count == 0)
        {
            throw new ArgumentException($"Mean: found no elements to average in the shape {x}, expected at least one.", nameof(x));
        }

        var factor = isMean ? 1f / count : 1f;
        var y = this.Reduce<SumReduction>(x, ((ReadOnlySpan<int>)kept)[..x.Rank], factor);
        if (Needs(x))
        {
            var operation = Record<SumOperation>(y);
            (operation.X, operation.Factor) = (x, factor);
        }

        return keepsAxes ? y : WithoutAxes(y, axes);
    }

    /// <summary>The shape with the reduced axes at size 1, and how many elements each result is made of.</summary>
    private static void ReducedShape(string name, Tensor x, ReadOnlySpan<int> axes, Span<int> kept, out long count)
    {
        x.Shape.CopyTo(kept);
        count = 1;
        for (var i = 0; i < (axes.IsEmpty ? x.Rank : axes.Length); i++)
        {
            var axis = axes.IsEmpty ? i : x.RequireAxis(name, axes[i]);
            count *= kept[axis];
            kept[axis] = 1;
        }
    }

    private Tensor WithoutAxes(Tensor y, ReadOnlySpan<int> axes)
    {
        TensorAxes<int> shape = default;
        var rank = 0;
        for (var axis = 0; axis < y.Rank && !axes.IsEmpty; axis++)
        {
            if (!axes.Contains(axis) && !axes.Contains(axis - y.Rank))
            {
                shape[rank++] = y.Shape[axis];
            }
        }

        return Reshape(y, ((ReadOnlySpan<int>)shape)[..rank]);
    }

    private static int BatchShape(Tensor a, Tensor b, Span<int> shape)
    {
        var rank = Math.Max(a.Rank, b.Rank);
        for (var i = 3; i <= rank; i++)
        {
            var sizeA = i <= a.Rank ? a.Shape[^i] : 1;
            var sizeB = i <= b.Rank ? b.Shape[^i] : 1;
            if (sizeA != sizeB && sizeA != 1 && sizeB != 1)
            {
                throw new ArgumentException($"MatMul: found the shapes {a} and {b}, expected leading sizes that are equal or 1.", nameof(b));
            }

            shape[rank - i] = sizeA == 1 ? sizeB : sizeA;
        }

        return rank;
    }
}
