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
}
