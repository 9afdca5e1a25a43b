using Gyre.Tensors;
using Gyre.Tensors.Kernels;

namespace Gyre.Models.Architectures.Engine;

/// <summary>Linear layers of one input and a function of their results; their rows are split over the team as one list.</summary>
[HotPath]
internal sealed unsafe class ProjectStep(MatrixInput input, ProjectionTarget[] targets, ActivationFunction activation) : PlanStep
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

    public override int Items(PlanRun* run) => input.Count(run) == 0 ? 0 : _groups;

    public override void Run(PlanRun* run, int begin, int end, int member, bool isFirst)
    {
        var count = input.Count(run);
        var rows = input.Rows(run, member, isFirst);
        var first = 0;
        for (var i = 0; i < targets.Length; i++)
        {
            var groups = targets[i].Weight.GroupCount;
            var from = Math.Max(begin - first, 0);
            var to = Math.Min(end - first, groups);
            if (from < to)
            {
                var (firstRow, endRow) = input.Multiply(run, i, rows, _outputs[i], from, to, member);
                Activate(_outputs[i], targets[i].Weight.Rows, count, firstRow, endRow);
            }

            first += groups;
        }
    }

    private void Activate(float* output, int width, int rows, int first, int end)
    {
        if (activation == ActivationFunction.None)
        {
            return;
        }

        for (var row = 0; row < rows; row++)
        {
            ActivationRow.Apply(activation, output + ((long)row * width) + first, end - first);
        }
    }
}
