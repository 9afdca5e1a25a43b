using Gyre.Tensors.Kernels;

namespace Gyre.Tensors.Autodiff.Operations;

/// <summary>f(gate) · up.</summary>
internal sealed unsafe class GatedOperation<TFunction> : Operation
    where TFunction : struct, IUnaryFunction
{
    public Tensor Gate { get; set; } = Tensor.None;

    public Tensor Up { get; set; } = Tensor.None;

    public override void Backward(Tape tape, Tensor gradient)
    {
        var job = default(GatedJob);
        _ = RowArray.TryOf(Gate, out job.Gate, out job.Rows, out job.Width);
        _ = RowArray.TryOf(Up, out job.Up, out _, out _);
        _ = RowArray.TryOf(gradient, out job.OutGradient, out _, out _);
        if (Gate.RequiresGradient)
        {
            _ = RowArray.TryOf(tape.GradientOf(Gate, out job.AccumulateGate), out job.GateGradient, out _, out _);
        }

        if (Up.RequiresGradient)
        {
            _ = RowArray.TryOf(tape.GradientOf(Up, out job.AccumulateUp), out job.UpGradient, out _, out _);
        }

        KernelTeam.Run<GatedBackward<TFunction>>(tape.Team, gradient.Length * 8, &job);
    }

    public override void Clear()
    {
        base.Clear();
        (Gate, Up) = (Tensor.None, Tensor.None);
    }
}
