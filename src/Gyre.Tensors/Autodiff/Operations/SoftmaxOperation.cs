using Gyre.Tensors.Kernels;

namespace Gyre.Tensors.Autodiff.Operations;

/// <summary>Softmax over the last axis, or its logarithm.</summary>
internal sealed unsafe class SoftmaxOperation : Operation
{
    public Tensor X { get; set; } = Tensor.None;

    public bool IsLogarithmic { get; set; }

    public override void Backward(Tape tape, Tensor gradient)
    {
        var job = new SoftmaxJob { IsLogarithmic = IsLogarithmic };
        _ = RowArray.TryOf(Output, out job.Y, out job.Rows, out job.Width);
        _ = RowArray.TryOf(gradient, out job.OutGradient, out _, out _);
        _ = RowArray.TryOf(tape.GradientOf(X, out job.Accumulate), out job.InGradient, out _, out _);
        KernelTeam.Run<SoftmaxBackward>(tape.Team, gradient.Length * 4, &job);
    }

    public override void Clear()
    {
        base.Clear();
        X = Tensor.None;
    }
}
