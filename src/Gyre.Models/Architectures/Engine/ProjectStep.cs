using Gyre.Tensors;
using Gyre.Tensors.Threading;

namespace Gyre.Models.Architectures.Engine;

/// <summary>Several linear layers of one input, their rows split over the team as one list.</summary>
[HotPath]
internal sealed unsafe class ProjectStep(Value input, ProjectionTarget[] targets, int maxRows) : PlanStep
{
    private readonly float*[] _outputs = new float*[targets.Length];
    private readonly int _groups = targets.Sum(target => target.Weight.GroupCount);
    private readonly MatrixInput _rows = new(targets.Select(target => target.Weight), maxRows);
    private float* _input;

    public override IReadOnlyList<Value> Inputs => [input];

    public override IReadOnlyList<Value> Outputs => [.. targets.Select(target => target.Output)];

    public override void Bind(ReadOnlySpan<nint> buffers)
    {
        _input = (float*)buffers[input.Index];
        for (var i = 0; i < targets.Length; i++)
        {
            _outputs[i] = (float*)buffers[targets[i].Output.Index];
        }
    }

    public override void Run(PlanRun* run, int member, ThreadTeam team)
    {
        _rows.Load(_input, run->Rows, member, team);
        var (begin, end) = ThreadTeam.Slice(_groups, member, team.Size);
        var first = 0;
        for (var i = 0; i < targets.Length; i++)
        {
            var from = Math.Max(begin - first, 0);
            var to = Math.Min(end - first, targets[i].Weight.GroupCount);
            if (from < to)
            {
                _rows.Multiply(targets[i], _outputs[i], run->Rows, from, to);
            }

            first += targets[i].Weight.GroupCount;
        }
    }

    public override void Dispose() => _rows.Dispose();
}
