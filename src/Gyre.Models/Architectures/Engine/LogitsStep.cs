using Gyre.Tensors;
using Gyre.Tensors.Threading;

namespace Gyre.Models.Architectures.Engine;

/// <summary>The output layer, for the rows whose logits are wanted.</summary>
[HotPath]
internal sealed unsafe class LogitsStep(MatrixInput input, ProjectionTarget head) : PlanStep
{
    public override IReadOnlyList<Value> Inputs => [input.Source];

    public override IReadOnlyList<Value> Outputs => [];

    public override void Bind(ReadOnlySpan<nint> buffers) => input.Bind(buffers);

    public override void Run(PlanRun* run, int member, ThreadTeam team)
    {
        if (run->Logits is null)
        {
            return;
        }

        var wanted = run->Rows - run->FirstLogitRow;
        var rows = input.Load(run->FirstLogitRow, wanted, member, team);
        var (begin, end) = ThreadTeam.Slice(head.Weight.GroupCount, member, team.Size);
        MatrixInput.Multiply(head, rows, wanted, run->Logits, begin, end);
    }
}
