using Gyre.Tensors.Kernels;

namespace Gyre.Tensors.Autodiff.Operations;

/// <summary>y = f(x), element by element.</summary>
internal sealed unsafe class UnaryOperation<TFunction> : Operation
    where TFunction : struct, IUnaryFunction
{
    public Tensor X { get; set; } = Tensor.None;

    public override void Backward(Tape tape, Tensor gradient)
    {
        var dx = tape.GradientOf(X, out var accumulate);
        var job = new FlatJob
        {
            Count = gradient.Length,
            X = X.UncheckedData,
            Y = Output.UncheckedData,
            Z = dx.UncheckedData,
            W = gradient.UncheckedData,
            Accumulate = accumulate,
        };
        KernelTeam.Run<UnaryBackward<TFunction>>(tape.Team, gradient.Length * 8, &job);
    }

    public override void Clear()
    {
        base.Clear();
        X = Tensor.None;
    }
}
