using Gyre.Tensors.Kernels;

namespace Gyre.Tensors.Autodiff.Operations;

/// <summary>y = x·Wᵀ (+ bias) (+ residual).</summary>
internal sealed unsafe class LinearOperation : Operation
{
    public Tensor X { get; set; } = Tensor.None;

    public Tensor Weight { get; set; } = Tensor.None;

    public Tensor? Bias { get; set; }

    public Tensor? Residual { get; set; }

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

        if (Bias is { RequiresGradient: true })
        {
            var db = tape.GradientOf(Bias, out var accumulate);
            var job = new ColumnSumJob
            {
                Rows = dy.Rows,
                Width = dy.Columns,
                X = new RowArray { Data = dy.Data, Stride = dy.Row },
                Y = db.UncheckedData,
                Accumulate = accumulate,
            };
            KernelTeam.Run<ColumnSumKernel>(tape.Team, gradient.Length, &job);
        }

        if (Residual is { RequiresGradient: true } && !Tape.TryMoveGradient(Output, Residual))
        {
            tape.AddTo(Residual, gradient, 1f);
        }
    }

    public override void Clear()
    {
        base.Clear();
        (X, Weight, Bias, Residual) = (Tensor.None, Tensor.None, null, null);
    }
}
