using Gyre.Tensors.Kernels;

namespace Gyre.Tensors.Autodiff.Operations;

/// <summary>factor · the sum over some axes; the result keeps them with size 1.</summary>
internal sealed unsafe class SumOperation : Operation
{
    public Tensor X { get; set; } = Tensor.None;

    public float Factor { get; set; }

    public override void Backward(Tape tape, Tensor gradient)
    {
        var factor = tape.Allocate([]);
        *factor.UncheckedData = Factor;
        var target = tape.GradientOf(X, out var accumulate);
        TapeSums.Apply<MultiplyFunction>(tape, gradient, factor, target, accumulate);
    }

    public override void Clear()
    {
        base.Clear();
        X = Tensor.None;
    }
}
