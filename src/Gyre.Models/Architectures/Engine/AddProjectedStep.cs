using Gyre.Models.Architectures.Kernels;
using Gyre.Tensors;
using Gyre.Tensors.Threading;

namespace Gyre.Models.Architectures.Engine;

/// <summary>Adds a linear layer's product to the residual stream, in place.</summary>
[HotPath]
internal sealed unsafe class AddProjectedStep(Value residual, Value input, ProjectionTarget target, int maxRows) : PlanStep
{
    private readonly MatrixInput _rows = new([target.Weight], maxRows);
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
        _rows.Load(_input, run->Rows, member, team);
        var (begin, end) = ThreadTeam.Slice(target.Weight.GroupCount, member, team.Size);
        var (firstRow, endRow) = _rows.Multiply(target, _product, run->Rows, begin, end);
        RowKernels.AddColumns(_residual, _product, run->Rows, target.Weight.Rows, firstRow, endRow);
    }

    public override void Dispose() => _rows.Dispose();
}
