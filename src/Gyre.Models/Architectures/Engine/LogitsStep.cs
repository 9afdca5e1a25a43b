using Gyre.Tensors;

namespace Gyre.Models.Architectures.Engine;

/// <summary>The output layer, for the rows whose logits are wanted.</summary>
[HotPath]
internal sealed unsafe class LogitsStep(MatrixInput input, ProjectionTarget head) : PlanStep
{
    public override IReadOnlyList<Value> Inputs => [input.Source];

    public override IReadOnlyList<Value> Outputs => [];

    public override void Bind(ReadOnlySpan<nint> buffers) => input.Bind(buffers);

    public override int Items(PlanRun* run) => run->Wanted == 0 ? 0 : head.Weight.GroupCount;

    public override void Run(PlanRun* run, int begin, int end, int member, bool isFirst)
    {
        var rows = input.Rows(run->Wanted, run->WantedRows[0], member, isFirst);
        MatrixInput.Multiply(head, rows, run->Wanted, run->Results, begin, end);
    }
}
