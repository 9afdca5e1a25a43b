using Gyre.Models.Architectures.Kernels;
using Gyre.Tensors;
using Gyre.Tensors.Kernels;

namespace Gyre.Models.Architectures.Engine;

/// <summary>The output layer, for the rows whose logits are wanted.</summary>
[HotPath]
internal sealed unsafe class LogitsStep(MatrixInput input, ProjectionTarget head, LogitsSpec logits) : PlanStep
{
    public override IReadOnlyList<Value> Inputs => [input.Source];

    public override IReadOnlyList<Value> Outputs => [];

    public override void Bind(ReadOnlySpan<nint> buffers) => input.Bind(buffers);

    public override int Items(PlanRun* run) => input.Count(run) == 0 ? 0 : head.Weight.GroupCount;

    public override void Run(PlanRun* run, int begin, int end, int member, bool isFirst)
    {
        var count = input.Count(run);
        var rows = input.Rows(run, member, isFirst);
        var (firstRow, endRow) = input.Multiply(run, 0, rows, run->Results, begin, end, member);
        if (logits.Scale == 1f && logits.SoftCap == 0f)
        {
            return;
        }

        for (var row = 0; row < count; row++)
        {
            Shape(run->Results + ((long)row * head.Weight.Rows) + firstRow, endRow - firstRow);
        }
    }

    private void Shape(float* values, int count)
    {
        if (logits.SoftCap == 0f)
        {
            RowKernels.Scale(values, logits.Scale, count);
            return;
        }

        RowKernels.Scale(values, logits.Scale / logits.SoftCap, count);
        ActivationRow.Apply(ActivationFunction.Tanh, values, count);
        RowKernels.Scale(values, logits.SoftCap, count);
    }
}
