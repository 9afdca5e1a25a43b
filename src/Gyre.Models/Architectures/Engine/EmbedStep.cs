using Gyre.Tensors;
using Gyre.Tensors.Quantization;

namespace Gyre.Models.Architectures.Engine;

/// <summary>Writes the embedding rows of the tokens.</summary>
[HotPath]
internal sealed unsafe class EmbedStep(Value output, PackedMatrix table) : PlanStep
{
    private float* _output;

    public override IReadOnlyList<Value> Inputs => [];

    public override IReadOnlyList<Value> Outputs => [output];

    public override void Bind(ReadOnlySpan<nint> buffers) => _output = (float*)buffers[output.Index];

    public override int Items(PlanRun* run) => run->Rows;

    public override void Run(PlanRun* run, int begin, int end, int member, bool isFirst)
    {
        for (var row = begin; row < end; row++)
        {
            table.CopyRow(run->Tokens[row], new Span<float>(_output + ((long)row * table.Columns), table.Columns));
        }
    }
}
