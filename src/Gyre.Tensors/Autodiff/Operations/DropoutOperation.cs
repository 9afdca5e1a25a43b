using Gyre.Tensors.Kernels;

namespace Gyre.Tensors.Autodiff.Operations;

/// <summary>Random zeros; the mask is computed again from the seed.</summary>
internal sealed unsafe class DropoutOperation : Operation
{
    public Tensor X { get; set; } = Tensor.None;

    public DropoutJob Job { get; set; }

    public override void Backward(Tape tape, Tensor gradient)
    {
        var job = Job;
        var target = tape.GradientOf(X, out job.Accumulate);
        job.X = gradient.UncheckedData;
        job.Y = target.UncheckedData;
        KernelTeam.Run<DropoutKernel>(tape.Team, gradient.Length * 4, &job);
    }

    public override void Clear()
    {
        base.Clear();
        (X, Job) = (Tensor.None, default);
    }
}
