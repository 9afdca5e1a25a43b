namespace Gyre.Tensors.Autodiff.Operations;

/// <summary>y = a·b over the last two axes, batches broadcast.</summary>
internal sealed class MatMulOperation : Operation
{
    public Tensor A { get; set; } = Tensor.None;

    public Tensor B { get; set; } = Tensor.None;

    public override void Backward(Tape tape, Tensor gradient)
    {
        var batches = BatchOffsets.Of(gradient, A, B);
        if (A.RequiresGradient)
        {
            var da = Target(tape, A, batches, out var accumulate);
            for (var i = 0; i < batches.Count; i++)
            {
                batches.At(i, out var y, out var a, out var b);
                MatrixView.Multiply(tape, MatrixView.Of(gradient).At(y), MatrixView.Of(B).At(b).Transposed(), MatrixView.Of(da).At(a), accumulate);
            }
        }

        if (B.RequiresGradient)
        {
            var db = Target(tape, B, batches, out var accumulate);
            for (var i = 0; i < batches.Count; i++)
            {
                batches.At(i, out var y, out var a, out var b);
                MatrixView.Multiply(tape, MatrixView.Of(A).At(a).Transposed(), MatrixView.Of(gradient).At(y), MatrixView.Of(db).At(b), accumulate);
            }
        }
    }

    public override void Clear()
    {
        base.Clear();
        (A, B) = (Tensor.None, Tensor.None);
    }

    /// <summary>The gradient of an operand; zeroed when several batches add to one matrix.</summary>
    private static Tensor Target(Tape tape, Tensor operand, BatchOffsets batches, out bool accumulate)
    {
        var target = tape.GradientOf(operand, out accumulate);
        if (!accumulate && operand.Length != (long)batches.Count * operand.Shape[^1] * operand.Shape[^2])
        {
            target.Fill(0f);
            accumulate = true;
        }

        return target;
    }
}
