using Gyre.Models.Architectures.Kernels;
using Gyre.Tensors;
using Gyre.Tensors.Threading;

namespace Gyre.Models.Architectures.Engine;

/// <summary>silu(gate(x)) · up(x): each member computes the same rows of both layers, so the product stays local.</summary>
[HotPath]
internal sealed unsafe class GatedStep(Value input, ProjectionTarget gate, ProjectionTarget up, int maxRows) : PlanStep
{
    private readonly MatrixInput _prepared = new([gate.Weight, up.Weight], maxRows);
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
        _prepared.Prepare(_input, run->Rows, member, team);
        var (begin, end) = ThreadTeam.Slice(gate.Weight.Groups, member, team.Size);
        gate.Weight.Multiply(_prepared, run->Rows, _gate, begin, end);
        up.Weight.Multiply(_prepared, run->Rows, _up, begin, end);
        var width = gate.Weight.Rows;
        var (firstRow, endRow) = gate.Weight.RowsOf(begin, end);
        if (gate.Bias is { } gateBias)
        {
            RowKernels.AddToColumns(_gate, run->Rows, width, gateBias.Floats, firstRow, endRow);
        }

        if (up.Bias is { } upBias)
        {
            RowKernels.AddToColumns(_up, run->Rows, width, upBias.Floats, firstRow, endRow);
        }

        for (var row = 0; row < run->Rows; row++)
        {
            var offset = ((long)row * width) + firstRow;
            RowKernels.SiluMultiply(_gate + offset, _up + offset, endRow - firstRow);
        }
    }
}
