namespace Gyre.Tensors.Autodiff.Operations;

/// <summary>The log-probabilities of a vocabulary head's targets; the logits are computed again on the way back.</summary>
internal sealed unsafe class LinearLogProbabilityOperation : Operation
{
    public Tensor Hidden { get; set; } = Tensor.None;

    public Tensor Weight { get; set; } = Tensor.None;

    public HeadLogProbability Head { get; set; }

    public override void Backward(Tape tape, Tensor gradient) => Head.Backward(
        tape, gradient.UncheckedData, Hidden.RequiresGradient ? Hidden : null, Weight.RequiresGradient ? Weight : null);

    public override void Clear()
    {
        base.Clear();
        (Hidden, Weight, Head) = (Tensor.None, Tensor.None, default);
    }
}
