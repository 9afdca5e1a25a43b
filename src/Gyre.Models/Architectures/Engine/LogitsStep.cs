using Gyre.Models.Architectures.Kernels;
using Gyre.Tensors;
using Gyre.Tensors.Threading;

namespace Gyre.Models.Architectures.Engine;

/// <summary>The output layer, for the rows whose logits are wanted.</summary>
[HotPath]
internal sealed unsafe class LogitsStep(Value input, WeightMatrix weight, NativeBuffer? bias, int maxRows) : PlanStep
{
    private readonly MatrixInput _prepared = new([weight], maxRows);
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
        _prepared.Prepare(_input + ((long)run->FirstLogitRow * weight.Columns), rows, member, team);
        var (begin, end) = ThreadTeam.Slice(weight.Groups, member, team.Size);
        weight.Multiply(_prepared, rows, run->Logits, begin, end);
        if (bias is not null)
        {
            var (firstRow, endRow) = weight.RowsOf(begin, end);
            RowKernels.AddToColumns(run->Logits, rows, weight.Rows, bias.Floats, firstRow, endRow);
        }
    }
}
