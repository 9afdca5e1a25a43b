namespace Gyre.Tensors.Autodiff.Operations;

/// <summary>A rounding whose gradient passes through as it is.</summary>
internal sealed class StraightThroughOperation : Operation
{
    public Tensor Input { get; set; } = Tensor.None;

    public override void Backward(Tape tape, Tensor gradient) => tape.AddTo(Input, gradient, 1f);

    public override void Clear()
    {
        base.Clear();
        Input = Tensor.None;
    }
}
