using Gyre.Models.Architectures.Kernels;
using Gyre.Tensors;
using Gyre.Tensors.Kernels;

namespace Gyre.Models.Architectures.Engine;

/// <summary>f(gate(x)) · up(x): an item computes the same rows of both layers, so the product stays local.</summary>
[HotPath]
internal sealed unsafe class GatedStep(
    MatrixInput input, ProjectionTarget gate, ProjectionTarget up, ActivationFunction activation) : PlanStep
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

    public override int Items(PlanRun* run) => input.Count(run) == 0 ? 0 : gate.Weight.GroupCount;

    public override void Run(PlanRun* run, int begin, int end, int member, bool isFirst)
    {
        var count = input.Count(run);
        var rows = input.Rows(run, member, isFirst);
        var (firstRow, endRow) = input.Multiply(run, 0, rows, _gate, begin, end, member);
        input.Multiply(run, 1, rows, _up, begin, end, member);
        for (var row = 0; row < count; row++)
        {
            var offset = ((long)row * gate.Weight.Rows) + firstRow;
            Combine(_gate + offset, _up + offset, endRow - firstRow);
        }
    }

    private void Combine(float* gated, float* factors, int width)
    {
        if (activation == ActivationFunction.Silu)
        {
            RowKernels.SiluMultiply(gated, factors, width);
            return;
        }

        ActivationRow.Apply(activation, gated, width);
        RowKernels.Multiply(gated, factors, width);
    }
}
