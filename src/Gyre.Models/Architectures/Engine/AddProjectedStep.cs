using Gyre.Models.Architectures.Kernels;
using Gyre.Tensors;
using Gyre.Tensors.Threading;

namespace Gyre.Models.Architectures.Engine;

/// <summary>Adds a linear layer's product to the residual stream, in place.</summary>
[HotPath]
internal sealed unsafe class AddProjectedStep(Value residual, Value input, ProjectionTarget target, int maxRows) : PlanStep
{
    private readonly MatrixInput _prepared = new([target.Weight], maxRows);
    private float* _residual;
    private float* _input;
    private float* _product;

    public override IReadOnlyList<Value> Inputs => [residual, input];

    public override IReadOnlyList<Value> Outputs => [target.Output];

    public override void Bind(ReadOnlySpan<nint> buffers)
    {
        _residual = (float*)buffers[residual.Index];
        _input = (float*)buffers[input.Index];
        _product = (float*)buffers[target.Output.Index];
    }

    public override void Run(PlanRun* run, int member, ThreadTeam team)
    {
        _prepared.Prepare(_input, run->Rows, member, team);
        var weight = target.Weight;
        var (begin, end) = ThreadTeam.Slice(weight.Groups, member, team.Size);
        weight.Multiply(_prepared, run->Rows, _product, begin, end);
        var (firstRow, endRow) = weight.RowsOf(begin, end);
        if (target.Bias is { } bias)
        {
            RowKernels.AddToColumns(_product, run->Rows, weight.Rows, bias.Floats, firstRow, endRow);
        }

        RowKernels.AddColumns(_residual, _product, run->Rows, weight.Rows, firstRow, endRow);
    }
}
