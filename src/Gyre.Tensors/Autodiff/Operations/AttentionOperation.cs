using Gyre.Tensors.Kernels;

namespace Gyre.Tensors.Autodiff.Operations;

/// <summary>Fused attention.</summary>
internal sealed unsafe class AttentionOperation : Operation
{
    public Tensor Queries { get; set; } = Tensor.None;

    public Tensor Keys { get; set; } = Tensor.None;

    public Tensor Values { get; set; } = Tensor.None;

    public AttentionJob Job { get; set; }

    public override void Backward(Tape tape, Tensor gradient)
    {
        var job = Job;
        job.OutGradient = HeadArray.Of(gradient);
        if (Queries.RequiresGradient)
        {
            job.QGradient = HeadArray.Of(tape.GradientOf(Queries, out job.AccumulateQ));
        }

        if (Keys.RequiresGradient)
        {
            job.KGradient = HeadArray.Of(tape.GradientOf(Keys, out job.AccumulateK));
        }

        if (Values.RequiresGradient)
        {
            job.VGradient = HeadArray.Of(tape.GradientOf(Values, out job.AccumulateV));
        }

        job.ScratchPerMember = AttentionBackward.ScratchLength(in job, 2 * KernelTeam.LaneCount);
        using var scratch = new ScratchLease(tape.Pool, job.ScratchPerMember * tape.Team.Size);
        job.Scratch = scratch.Data;
        KernelTeam.Run<AttentionBackward>(tape.Team, job.Work, &job);
    }

    public override void Clear()
    {
        base.Clear();
        (Queries, Keys, Values, Job) = (Tensor.None, Tensor.None, Tensor.None, default);
    }
}
