using Gyre.Models.Architectures.Kernels;
using Gyre.Tensors;

namespace Gyre.Models.Architectures.Engine;

/// <summary>Adds a linear layer's product to the residual stream, in place.</summary>
[HotPath]
internal sealed unsafe class AddProjectedStep(Value residual, MatrixInput input, ProjectionTarget target) : PlanStep
{
    private float* _residual;
    private float* _product;

    public override IReadOnlyList<Value> Inputs => [residual, input.Source];

    public override IReadOnlyList<Value> Outputs => [target.Output];

    public override void Bind(ReadOnlySpan<nint> buffers)
    {
        input.Bind(buffers);
        _residual = (float*)buffers[residual.Index];
        _product = (float*)buffers[target.Output.Index];
    }

    public override int Items(PlanRun* run) => input.Count(run) == 0 ? 0 : target.Weight.GroupCount;

    public override void Run(PlanRun* run, int begin, int end, int member, bool isFirst)
    {
        var count = input.Count(run);
        var rows = input.Rows(run, member, isFirst);
        var (firstRow, endRow) = input.Multiply(run, 0, rows, _product, begin, end, member);
        RowKernels.AddColumns(_residual, _product, count, target.Weight.Rows, firstRow, endRow);
    }
}
