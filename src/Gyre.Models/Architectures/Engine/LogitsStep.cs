using Gyre.Tensors;
using Gyre.Tensors.Threading;

namespace Gyre.Models.Architectures.Engine;

/// <summary>The output layer, for the rows whose logits are wanted.</summary>
[HotPath]
internal sealed unsafe class LogitsStep(Value input, ProjectionTarget head, int maxRows) : PlanStep
{
    private readonly MatrixInput _rows = new([head.Weight], maxRows);
    private float* _input;

    public override IReadOnlyList<Value> Inputs => [input];

    public override IReadOnlyList<Value> Outputs => [];

    public override void Bind(ReadOnlySpan<nint> buffers) => _input = (float*)buffers[input.Index];

    public override void Run(PlanRun* run, int member, ThreadTeam team)
    {
        if (run->Logits is null)
        {
            return;
        }

        var rows = run->Rows - run->FirstLogitRow;
        _rows.Load(_input + ((long)run->FirstLogitRow * _rows.Width), rows, member, team);
        var (begin, end) = ThreadTeam.Slice(head.Weight.GroupCount, member, team.Size);
        _rows.Multiply(head, run->Logits, rows, begin, end);
    }

    public override void Dispose() => _rows.Dispose();
}
