using Gyre.Tensors.Kernels;

namespace Gyre.Tensors.Autodiff.Operations;

/// <summary>log softmax(logits)[target] of each row.</summary>
internal sealed unsafe class LogProbabilityOperation : Operation
{
    public Tensor Logits { get; set; } = Tensor.None;

    public SoftmaxJob Job { get; set; }

    public override void Backward(Tape tape, Tensor gradient)
    {
        var job = Job;
        _ = RowArray.TryOf(tape.GradientOf(Logits, out job.Accumulate), out job.InGradient, out _, out _);
        job.GradientScale = -1f;
        job.RowWeights = gradient.UncheckedData;
        KernelTeam.Run<CrossEntropyBackward>(tape.Team, Logits.Length * 8, &job);
    }

    public override void Clear()
    {
        base.Clear();
        (Logits, Job) = (Tensor.None, default);
    }
}
