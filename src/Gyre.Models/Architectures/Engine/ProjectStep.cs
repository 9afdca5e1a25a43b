using Gyre.Tensors;

namespace Gyre.Models.Architectures.Engine;

/// <summary>Several linear layers of one input, their rows split over the team as one list.</summary>
[HotPath]
internal sealed unsafe class ProjectStep(MatrixInput input, ProjectionTarget[] targets) : PlanStep
{
    private readonly float*[] _outputs = new float*[targets.Length];
    private readonly int _groups = targets.Sum(target => target.Weight.GroupCount);

    public override IReadOnlyList<Value> Inputs => [input.Source];

    public override IReadOnlyList<Value> Outputs => [.. targets.Select(target => target.Output)];

    public override void Bind(ReadOnlySpan<nint> buffers)
    {
        input.Bind(buffers);
        for (var i = 0; i < targets.Length; i++)
        {
            _outputs[i] = (float*)buffers[targets[i].Output.Index];
        }
    }

    public override int Items(PlanRun* run) => _groups;

    public override void Run(PlanRun* run, int begin, int end, int member, bool isFirst)
    {
        var rows = input.Rows(run->Rows, 0, member, isFirst);
        var first = 0;
        for (var i = 0; i < targets.Length; i++)
        {
            var groups = targets[i].Weight.GroupCount;
            var from = Math.Max(begin - first, 0);
            var to = Math.Min(end - first, groups);
            if (from < to)
            {
                MatrixInput.Multiply(targets[i], rows, run->Rows, _outputs[i], from, to);
            }

            first += groups;
        }
    }
}
