using Gyre.Tensors;

namespace Gyre.Models.Architectures.Engine;

/// <summary>Writes a value that until now was only described: normed rows, or the wanted rows, of a source.</summary>
[HotPath]
internal sealed unsafe class NormStep(RowInput input, Value output, int width) : PlanStep
{
    private float* _source;
    private float* _output;

    public override IReadOnlyList<Value> Inputs => [input.Source];

    public override IReadOnlyList<Value> Outputs => [output];

    public override void Bind(ReadOnlySpan<nint> buffers)
    {
        _source = (float*)buffers[input.Source.Index];
        _output = (float*)buffers[output.Index];
    }

    public override int Items(PlanRun* run) => input.Count(run);

    public override void Run(PlanRun* run, int begin, int end, int member, bool isFirst)
    {
        for (var row = begin; row < end; row++)
        {
            var from = _source + ((long)input.SourceRow(run, row) * width);
            var to = _output + ((long)row * width);
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
