using Gyre.Tensors.Kernels;

namespace Gyre.Tensors.Autodiff.Operations;

/// <summary>The largest over some axes; equal ones share the gradient.</summary>
internal sealed class MaxOperation : Operation
{
    public Tensor X { get; set; } = Tensor.None;

    public override void Backward(Tape tape, Tensor gradient)
    {
        var mask = tape.Compute<EqualFunction>(X.Shape, X, Output);
        var count = tape.Reduce<SumReduction>(mask, Output.Shape);
        var share = tape.Compute<DivideFunction>(Output.Shape, gradient, count);
        tape.AddProduct<MultiplyFunction>(X, mask, share);
    }

    public override void Clear()
    {
        base.Clear();
        X = Tensor.None;
    }
}
