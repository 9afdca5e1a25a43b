using Gyre.Tensors;
using Gyre.Tensors.Kernels;

namespace Gyre.Models.Architectures.Engine;

/// <summary>Attention of the new tokens over their sequences' pages.</summary>
[HotPath]
internal sealed unsafe class AttendStep(Value queries, Value output, AttentionSpec attention, AttentionWork work) : PlanStep
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

    public override int Items(PlanRun* run) => work.Count;

    public override void Run(PlanRun* run, int begin, int end, int member, bool isFirst)
    {
        var layout = work.Layout;
        for (var item = begin; item < end; item++)
        {
            var task = work.Tasks[item];
            var sequence = run->Sequences + task.Sequence;
            var place = ((long)sequence->FirstRow * attention.QueryWidth) + (task.Head * work.SharedHeads * attention.HeadWidth);
            var call = new PagedAttentionCall
            {
                Query = _queries + place,
                QueryStride = attention.QueryWidth,
                Output = _output + place,
                OutputStride = attention.QueryWidth,
                SharedHeads = work.SharedHeads,
                Pages = sequence->Pages,
                PlaceBytes = (nint)((((long)attention.Layer * attention.KeyValueHeads) + task.Head) * layout.LengthBytes),
                Layout = layout,
                Keys = sequence->Position + sequence->Rows,
                Position = sequence->Position,
                IsCausal = true,
                Window = attention.Window,
                Scale = attention.Scale,
            };
            PagedAttention.Run(in call, task.First, task.Queries, work.Scratch(member));
        }
    }
}
