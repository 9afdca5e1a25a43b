using Gyre.Tensors.Quantization;

namespace Gyre.Tensors.Autodiff.Operations;

/// <summary>y = x·Wᵀ with an encoded W that has no gradient.</summary>
internal sealed class FrozenLinearOperation : Operation
{
    public Tensor X { get; set; } = Tensor.None;

    public FrozenMatrix? Weight { get; set; }

    public override void Backward(Tape tape, Tensor gradient)
    {
        var dx = tape.GradientOf(X, out var accumulate);
        FrozenPanels.MultiplyBack(tape, MatrixView.OfRows(gradient), Weight!, MatrixView.OfRows(dx), accumulate); // Recorded with one.
    }

    public override void Clear()
    {
        base.Clear();
        (X, Weight) = (Tensor.None, null);
    }
}
