using Gyre.Tensors.Kernels;

namespace Gyre.Tensors.Autodiff;

/// <summary>What operations do with gradients: scale, multiply, reduce to a broadcast operand's shape, and add.</summary>
internal static unsafe class TapeSums
{
    /// <summary>gradient(to) += factor · x, for equal shapes.</summary>
    public static void AddTo(this Tape tape, Tensor to, Tensor x, float factor)
    {
        var target = tape.GradientOf(to, out var accumulate);
        if (target.IsContiguous && x.IsContiguous)
        {
            var job = new FlatJob { Count = x.Length, X = x.UncheckedData, Y = target.UncheckedData, A = factor, Accumulate = accumulate };
            KernelTeam.Run<ScaleKernel>(tape.Team, x.Length, &job);
            return;
        }

        Apply<MultiplyFunction>(tape, x, Scalar(tape, factor), target, accumulate);
    }

    /// <summary>gradient(to) += factor · x, summed over the axes along which <paramref name="to"/> was broadcast.</summary>
    public static void AddReduced(this Tape tape, Tensor to, Tensor x, float factor)
    {
        if (to.Shape.SequenceEqual(x.Shape))
        {
            tape.AddTo(to, x, factor);
            return;
        }

        var target = tape.GradientOf(to, out var accumulate);
        ReduceBroadcast(tape, x, target, factor, accumulate);
    }

    /// <summary>gradient(to) += f(x, other), summed over the axes along which <paramref name="to"/> was broadcast.</summary>
    public static void AddProduct<TFunction>(this Tape tape, Tensor to, Tensor x, Tensor other)
        where TFunction : struct, IBinaryFunction
    {
        if (to.Shape.SequenceEqual(x.Shape))
        {
            var target = tape.GradientOf(to, out var accumulate);
            Apply<TFunction>(tape, x, other, target, accumulate);
            return;
        }

        tape.AddReduced(to, tape.Compute<TFunction>(x.Shape, x, other), 1f);
    }

    /// <summary>f(a, b) as a new result of the given shape, to which both broadcast.</summary>
    public static Tensor Compute<TFunction>(this Tape tape, ReadOnlySpan<int> shape, Tensor a, Tensor b)
        where TFunction : struct, IBinaryFunction
    {
        var result = tape.Allocate(shape);
        Apply<TFunction>(tape, a, b, result, accumulate: false);
        return result;
    }

    /// <summary>y (+)= f(a, b); both broadcast to the shape of y, which may have any strides.</summary>
    public static void Apply<TFunction>(Tape tape, Tensor a, Tensor b, Tensor y, bool accumulate)
        where TFunction : struct, IBinaryFunction
    {
        TensorAxes<nint> aStrides = default;
        TensorAxes<nint> bStrides = default;
        TensorShapes.BroadcastStrides(a, y.Shape, aStrides);
        TensorShapes.BroadcastStrides(b, y.Shape, bStrides);
        var job = new BinaryJob { A = a.UncheckedData, B = b.UncheckedData, Y = y.UncheckedData, Accumulate = accumulate };
        job.Describe(y.Shape, aStrides, bStrides, y.Strides);
        KernelTeam.Run<BinaryKernel<TFunction>>(tape.Team, y.Length, &job);
    }

    /// <summary>scale · the reduction of x over the axes that have size 1 in <paramref name="kept"/>, as a new result of that shape.</summary>
    public static Tensor Reduce<TReduction>(this Tape tape, Tensor x, ReadOnlySpan<int> kept, float scale = 1f)
        where TReduction : struct, IReduction
    {
        var y = tape.Allocate(kept);
        var job = default(ReduceJob);
        job.DescribeBroadcast(x, y);
        job.Scale = scale;
        KernelTeam.Run<ReduceKernel<TReduction>>(tape.Team, x.Length, &job);
        return y;
    }

    private static Tensor Scalar(Tape tape, float value)
    {
        var scalar = tape.Allocate([]);
        *scalar.UncheckedData = value;
        return scalar;
    }

    private static void ReduceBroadcast(Tape tape, Tensor x, Tensor target, float factor, bool accumulate)
    {
        var job = default(ReduceJob);
        job.DescribeBroadcast(x, target);
        job.Scale = factor;
        job.Accumulate = accumulate;
        KernelTeam.Run<ReduceKernel<SumReduction>>(tape.Team, x.Length, &job);
    }
}
