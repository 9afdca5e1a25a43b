using Gyre.Tensors.Kernels;

namespace Gyre.Tensors.Autodiff.Operations;

/// <summary>Rotary positions.</summary>
internal sealed unsafe class RotaryOperation : Operation
{
    public Tensor X { get; set; } = Tensor.None;

    /// <summary>The forward job; the tables' tensors are kept beside it.</summary>
    public RotaryJob Job { get; set; }

    public Tensor Cosines { get; set; } = Tensor.None;

    public Tensor Sines { get; set; } = Tensor.None;

    public override void Backward(Tape tape, Tensor gradient)
    {
        var job = Job;
        job.X = HeadArray.Of(gradient);
        job.Y = HeadArray.Of(tape.GradientOf(X, out job.Accumulate));
        job.IsInverse = !job.IsInverse;
        KernelTeam.Run<RotaryKernel>(tape.Team, gradient.Length, &job);
    }

    public override void Clear()
    {
        base.Clear();
        (X, Cosines, Sines, Job) = (Tensor.None, Tensor.None, Tensor.None, default);
    }
}
