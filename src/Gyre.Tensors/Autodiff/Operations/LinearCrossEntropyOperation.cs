namespace Gyre.Tensors.Autodiff.Operations;

/// <summary>A vocabulary head with its loss, whose gradients were computed beside the loss, block by block.</summary>
internal sealed unsafe class LinearCrossEntropyOperation : Operation
{
    public Tensor Hidden { get; set; } = Tensor.None;

    public Tensor Weight { get; set; } = Tensor.None;

    public Tensor? HiddenGradient { get; set; }

    public Tensor? WeightGradient { get; set; }

    public override void Backward(Tape tape, Tensor gradient)
    {
        if (HiddenGradient is not null)
        {
            tape.AddTo(Hidden, HiddenGradient, *gradient.UncheckedData);
        }

        if (WeightGradient is not null)
        {
            tape.AddTo(Weight, WeightGradient, *gradient.UncheckedData);
        }
    }

    public override void Clear()
    {
        base.Clear();
        (Hidden, Weight, HiddenGradient, WeightGradient) = (Tensor.None, Tensor.None, null, null);
    }
}
