using Gyre.Tensors;

namespace Gyre.Models.Architectures.Engine;

/// <summary>Norms and encodes the rows that the next step multiplies with, when there are several.</summary>
[HotPath]
internal sealed unsafe class EncodeStep(MatrixInput input) : PlanStep
{
    public MatrixInput Input => input;

    public override IReadOnlyList<Value> Inputs => [input.Source];

    public override IReadOnlyList<Value> Outputs => [];

    public override void Bind(ReadOnlySpan<nint> buffers) => input.Bind(buffers);

    public override int Items(PlanRun* run)
    {
        var rows = input.Count(run);
        return rows > 1 ? rows : 0;
    }

    public override void Run(PlanRun* run, int begin, int end, int member, bool isFirst) => input.Encode(run, begin, end, member);
}
