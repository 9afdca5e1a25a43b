namespace Gyre.Tensors.Autodiff.Operations;

/// <summary>y = factor · x, or a copy of x in another layout.</summary>
internal sealed class ScaleOperation : Operation
{
    public Tensor X { get; set; } = Tensor.None;

    public float Factor { get; set; }

    public override void Backward(Tape tape, Tensor gradient)
    {
        if (Factor != 1f || !Tape.TryMoveGradient(Output, X))
        {
            tape.AddTo(X, gradient, Factor);
        }
    }

    public override void Clear()
    {
        base.Clear();
        X = Tensor.None;
    }
}
