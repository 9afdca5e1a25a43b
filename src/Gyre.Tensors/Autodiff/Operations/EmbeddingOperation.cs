using Gyre.Tensors.Kernels;

namespace Gyre.Tensors.Autodiff.Operations;

/// <summary>Rows of a table.</summary>
internal sealed unsafe class EmbeddingOperation : Operation
{
    public Tensor Table { get; set; } = Tensor.None;

    public EmbeddingJob Job { get; set; }

    public override void Backward(Tape tape, Tensor gradient)
    {
        var table = tape.GradientOf(Table, out var accumulate);
        if (!accumulate)
        {
            table.Fill(0f);
        }

        var job = Job;
        _ = RowArray.TryOf(table, out job.Table, out _, out _);
        job.Rows = new RowArray { Data = gradient.UncheckedData, Stride = job.Width };
        KernelTeam.Run<EmbeddingScatterAdd>(tape.Team, gradient.Length, &job);
    }

    public override void Clear()
    {
        base.Clear();
        (Table, Job) = (Tensor.None, default);
    }
}
