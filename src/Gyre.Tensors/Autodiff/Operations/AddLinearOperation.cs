namespace Gyre.Tensors.Autodiff.Operations;

/// <summary>y += x·Wᵀ, in place.</summary>
internal sealed class AddLinearOperation : Operation
{
    public Tensor X { get; set; } = Tensor.None;

    public Tensor Weight { get; set; } = Tensor.None;

    /// <inheritdoc />
    public override bool KeepsGradient => true;

    public override void Backward(Tape tape, Tensor gradient)
    {
        var dy = MatrixView.OfRows(gradient);
        if (X.RequiresGradient)
        {
            var dx = tape.GradientOf(X, out var accumulate);
            MatrixView.Multiply(tape, dy, MatrixView.Of(Weight), MatrixView.OfRows(dx), accumulate);
        }

        if (Weight.RequiresGradient)
        {
            var dw = tape.GradientOf(Weight, out var accumulate);
            MatrixView.Multiply(tape, dy.Transposed(), MatrixView.OfRows(X), MatrixView.Of(dw), accumulate);
        }
    }

    public override void Clear()
    {
        base.Clear();
        (X, Weight) = (Tensor.None, Tensor.None);
    }
}
