using Gyre.Models.Architectures.Kernels;
using Gyre.Tensors;
using Gyre.Tensors.Threading;

namespace Gyre.Models.Architectures.Engine;

/// <summary>silu(gate(x)) · up(x): each member computes the same rows of both layers, so the product stays local.</summary>
[HotPath]
internal sealed unsafe class GatedStep(Value input, ProjectionTarget gate, ProjectionTarget up, int maxRows) : PlanStep
{
    private readonly MatrixInput _rows = new([gate.Weight, up.Weight], maxRows);
    private float* _input;
    private float* _gate;
    private float* _up;

    public override IReadOnlyList<Value> Inputs => [input];

    public override IReadOnlyList<Value> Outputs => [gate.Output, up.Output];

    public override void Bind(ReadOnlySpan<nint> buffers)
    {
        _input = (float*)buffers[input.Index];
        _gate = (float*)buffers[gate.Output.Index];
        _up = (float*)buffers[up.Output.Index];
    }

    public override void Run(PlanRun* run, int member, ThreadTeam team)
    {
        _rows.Load(_input, run->Rows, member, team);
        var (begin, end) = ThreadTeam.Slice(gate.Weight.GroupCount, member, team.Size);
        var (firstRow, endRow) = _rows.Multiply(gate, _gate, run->Rows, begin, end);
        _rows.Multiply(up, _up, run->Rows, begin, end);
        var width = gate.Weight.Rows;
        for (var row = 0; row < run->Rows; row++)
        {
            var offset = ((long)row * width) + firstRow;
            RowKernels.SiluMultiply(_gate + offset, _up + offset, endRow - firstRow);
        }
    }

    public override void Dispose() => _rows.Dispose();
}
