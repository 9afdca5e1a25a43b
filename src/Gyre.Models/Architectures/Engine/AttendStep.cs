using Gyre.Models.Architectures.Kernels;
using Gyre.Tensors;
using Gyre.Tensors.Threading;

namespace Gyre.Models.Architectures.Engine;

/// <summary>Causal attention of the new tokens over the cache; one item is one query head of one token.</summary>
[HotPath]
internal sealed unsafe class AttendStep(Value queries, Value output, AttentionSpec attention) : PlanStep
{
    private float* _queries;
    private float* _output;

    public override IReadOnlyList<Value> Inputs => [queries];

    public override IReadOnlyList<Value> Outputs => [output];

    public override void Bind(ReadOnlySpan<nint> buffers)
    {
        _queries = (float*)buffers[queries.Index];
        _output = (float*)buffers[output.Index];
    }

    public override void Run(PlanRun* run, int member, ThreadTeam team)
    {
        var width = attention.HeadWidth;
        var shared = attention.Heads / attention.KeyValueHeads;
        var (begin, end) = ThreadTeam.Slice(run->Rows * attention.Heads, member, team.Size);
        for (var item = begin; item < end; item++)
        {
            // Heads vary slowest, so that a member reads few key-value heads.
            var (head, row) = Math.DivRem(item, run->Rows);
            var last = run->Position + row + 1;
            var first = attention.Window > 0 ? Math.Max(0, last - attention.Window) : 0;
            var place = (((long)attention.Layer * attention.KeyValueHeads) + (head / shared)) * run->Capacity * width;
            var offset = ((long)row * attention.QueryWidth) + (head * width);
            AttentionKernels.AttendOne(
                _queries + offset, run->Keys + place, run->Values + place, width, first, last, attention.Scale, _output + offset);
        }
    }
}
