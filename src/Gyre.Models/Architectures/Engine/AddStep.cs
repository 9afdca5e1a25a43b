using Gyre.Models.Architectures.Kernels;
using Gyre.Tensors;

namespace Gyre.Models.Architectures.Engine;

/// <summary>Adds rows to the residual stream, in place, normed first where a norm was taken of them.</summary>
/// <param name="residual">What is added to.</param>
/// <param name="addend">What is added.</param>
/// <param name="scratch">A row for each member.</param>
[HotPath]
internal sealed unsafe class AddStep(Value residual, RowInput addend, RowScratch scratch) : PlanStep
{
    private readonly int _width = scratch.Width;
    private float* _residual;
    private float* _addend;

    public override IReadOnlyList<Value> Inputs => [residual, addend.Source];

    public override IReadOnlyList<Value> Outputs => [];

    public override void Bind(ReadOnlySpan<nint> buffers)
    {
        _residual = (float*)buffers[residual.Index];
        _addend = (float*)buffers[addend.Source.Index];
    }

    public override int Items(PlanRun* run) => addend.Count(run);

    public override void Run(PlanRun* run, int begin, int end, int member, bool isFirst)
    {
        for (var row = begin; row < end; row++)
        {
            var from = _addend + ((long)addend.SourceRow(run, row) * _width);
            if (addend.Norm is { } norm)
            {
                norm.Apply(run, addend.RunRow(run, row), from, _width, scratch.Floats(member));
                from = scratch.Floats(member);
            }

            RowKernels.Add(_residual + ((long)row * _width), from, _width);
        }
    }
}
