using Gyre.Models.Architectures.Kernels;
using Gyre.Tensors;

namespace Gyre.Models.Architectures.Engine;

/// <summary>silu(gate(x)) · up(x): an item computes the same rows of both layers, so the product stays local.</summary>
[HotPath]
internal sealed unsafe class GatedStep(MatrixInput input, ProjectionTarget gate, ProjectionTarget up) : PlanStep
{
    private float* _gate;
    private float* _up;

    public override IReadOnlyList<Value> Inputs => [input.Source];

    public override IReadOnlyList<Value> Outputs => [gate.Output, up.Output];

    public override void Bind(ReadOnlySpan<nint> buffers)
    {
        input.Bind(buffers);
        _gate = (float*)buffers[gate.Output.Index];
        _up = (float*)buffers[up.Output.Index];
    }

    public override int Items(PlanRun* run) => gate.Weight.GroupCount;

    public override void Run(PlanRun* run, int begin, int end, int member, bool isFirst)
    {
        var rows = input.Rows(run->Rows, 0, member, isFirst);
        var (firstRow, endRow) = MatrixInput.Multiply(gate, rows, run->Rows, _gate, begin, end);
        MatrixInput.Multiply(up, rows, run->Rows, _up, begin, end);
        for (var row = 0; row < run->Rows; row++)
        {
            var offset = ((long)row * gate.Weight.Rows) + firstRow;
            RowKernels.SiluMultiply(_gate + offset, _up + offset, endRow - firstRow);
        }
    }
}
