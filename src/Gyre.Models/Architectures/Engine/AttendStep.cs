using Gyre.Models.Architectures.Kernels;
using Gyre.Tensors;
using Gyre.Tensors.Kernels;

namespace Gyre.Models.Architectures.Engine;

/// <summary>Causal attention of the new tokens over the cache.</summary>
[HotPath]
internal sealed unsafe class AttendStep(Value queries, Value output, AttentionSpec attention, AttentionScratch scratch) : PlanStep
{
    /// <summary>From this many tokens on, queries fill the lanes of a vector well enough.</summary>
    private const int FusedFrom = 6;

    /// <summary>Queries that the widest vectors take together.</summary>
    private const int FusedQueries = 32;

    private float* _queries;
    private float* _output;

    public override IReadOnlyList<Value> Inputs => [queries];

    public override IReadOnlyList<Value> Outputs => [output];

    public override void Bind(ReadOnlySpan<nint> buffers)
    {
        _queries = (float*)buffers[queries.Index];
        _output = (float*)buffers[output.Index];
    }

    public override int Items(PlanRun* run) =>
        attention.Heads * (run->Rows < FusedFrom ? run->Rows : (run->Rows + FusedQueries - 1) / FusedQueries);

    public override void Run(PlanRun* run, int begin, int end, int member, bool isFirst)
    {
        if (run->Rows < FusedFrom)
        {
            RunSingly(run, begin, end);
            return;
        }

        var call = new FusedAttentionCall
        {
            Query = _queries,
            Key = run->Keys + LayerStart(run),
            Value = run->Values + LayerStart(run),
            Output = _output,
            FirstKeys = FirstKeys(run, member),
            Queries = run->Rows,
            Position = run->Position,
            Heads = attention.Heads,
            KeyValueHeads = attention.KeyValueHeads,
            HeadWidth = attention.HeadWidth,
            HeadStride = (nint)run->Capacity * attention.HeadWidth,
            Scale = attention.Scale,
        };
        var items = Items(run);
        for (var item = begin; item < end; item++)
        {
            // An item stands for a member of a team that has as many members as there are items.
            FusedAttention.RunMember(in call, scratch.Floats(member), item, items);
        }
    }

    /// <summary>One query head of one token after another; heads vary slowest, so that a member reads few key-value heads.</summary>
    private void RunSingly(PlanRun* run, int begin, int end)
    {
        var width = attention.HeadWidth;
        var shared = attention.Heads / attention.KeyValueHeads;
        for (var item = begin; item < end; item++)
        {
            var (head, row) = Math.DivRem(item, run->Rows);
            var last = run->Position + row + 1;
            var first = attention.Window > 0 ? Math.Max(0, last - attention.Window) : 0;
            var place = LayerStart(run) + ((long)(head / shared) * run->Capacity * width);
            var offset = ((long)row * attention.QueryWidth) + (head * width);
            AttentionKernels.AttendOne(
                _queries + offset, run->Keys + place, run->Values + place, width, first, last, attention.Scale, _output + offset);
        }
    }

    private long LayerStart(PlanRun* run) =>
        (long)attention.Layer * attention.KeyValueHeads * run->Capacity * attention.HeadWidth;

    private int* FirstKeys(PlanRun* run, int member)
    {
        if (attention.Window == 0)
        {
            return null;
        }

        var first = scratch.Integers(member);
        for (var row = 0; row < run->Rows; row++)
        {
            first[row] = Math.Max(0, run->Position + row + 1 - attention.Window);
        }

        return first;
    }
}
