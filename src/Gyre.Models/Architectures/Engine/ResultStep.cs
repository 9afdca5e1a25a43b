using Gyre.Tensors;

namespace Gyre.Models.Architectures.Engine;

/// <summary>Hands out the rows whose results are wanted, normed first where a norm was taken of them.</summary>
[HotPath]
internal sealed unsafe class ResultStep(RowInput input, int width) : PlanStep
{
    private float* _source;

    public override IReadOnlyList<Value> Inputs => [input.Source];

    public override IReadOnlyList<Value> Outputs => [];

    public override void Bind(ReadOnlySpan<nint> buffers) => _source = (float*)buffers[input.Source.Index];

    public override int Items(PlanRun* run) => input.Count(run);

    public override void Run(PlanRun* run, int begin, int end, int member, bool isFirst)
    {
        for (var row = begin; row < end; row++)
        {
            var from = _source + ((long)input.SourceRow(run, row) * width);
            var to = run->Results + ((long)row * width);
            if (input.Norm is { } norm)
            {
                norm.Apply(run, input.RunRow(run, row), from, width, to);
            }
            else
            {
                new ReadOnlySpan<float>(from, width).CopyTo(new Span<float>(to, width));
            }
        }
    }
}
