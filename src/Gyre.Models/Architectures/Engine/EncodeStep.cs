using Gyre.Tensors;

namespace Gyre.Models.Architectures.Engine;

/// <summary>Norms and encodes the rows that the next step multiplies with, when there are several.</summary>
/// <param name="input">The rows.</param>
/// <param name="isForLogits">Only the rows whose logits are wanted.</param>
[HotPath]
internal sealed unsafe class EncodeStep(MatrixInput input, bool isForLogits) : PlanStep
{
    public override IReadOnlyList<Value> Inputs => [input.Source];

    public override IReadOnlyList<Value> Outputs => [];

    public override void Bind(ReadOnlySpan<nint> buffers) => input.Bind(buffers);

    public override int Items(PlanRun* run)
    {
        var rows = Wanted(run);
        return rows > 1 ? rows : 0;
    }

    public override void Run(PlanRun* run, int begin, int end, int member, bool isFirst) =>
        input.Encode(isForLogits ? run->WantedRows : null, Wanted(run), begin, end, member);

    private int Wanted(PlanRun* run) =>
        isForLogits ? run->Wanted : run->Rows;
}
