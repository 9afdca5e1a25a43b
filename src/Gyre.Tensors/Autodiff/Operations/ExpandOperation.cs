namespace Gyre.Tensors.Autodiff.Operations;

/// <summary>A copy with repeated axes.</summary>
internal sealed class ExpandOperation : Operation
{
    public Tensor X { get; set; } = Tensor.None;

    public override void Backward(Tape tape, Tensor gradient) => tape.AddReduced(X, gradient, 1f);

    public override void Clear()
    {
        base.Clear();
        X = Tensor.None;
    }
}
