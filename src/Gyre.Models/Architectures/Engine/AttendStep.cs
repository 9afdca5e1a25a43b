using Gyre.Tensors;
using Gyre.Tensors.Kernels;

namespace Gyre.Models.Architectures.Engine;

/// <summary>Attention of the new tokens over their sequences' pages.</summary>
/// <param name="queries">Queries.</param>
/// <param name="output">What receives the results.</param>
/// <param name="attention">What is computed.</param>
/// <param name="work">How it is divided.</param>
/// <param name="biases">What is added to the scores, or null.</param>
/// <param name="readsSource">The keys and values are those of the sequences' sources.</param>
[HotPath]
internal sealed unsafe class AttendStep(
    Value queries, Value output, AttentionSpec attention, AttentionWork work, ScoreBiases biases, bool readsSource = false) : PlanStep
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
                Pages = readsSource ? sequence->CrossPages : sequence->Pages,
                PlaceBytes = (nint)((((long)attention.Layer * attention.KeyValueHeads) + task.Head) * layout.LengthBytes),
                Layout = layout,
                Keys = readsSource ? sequence->CrossKeys : sequence->Position + sequence->Rows,
                Position = sequence->Position,
                IsCausal = attention.IsCausal,
                Window = attention.Window,
                Scale = attention.Scale,
                SoftCap = attention.SoftCap,
                Slopes = biases.Slopes is null ? null : biases.Slopes.Floats + (task.Head * work.SharedHeads),
                DistanceBias = biases.Distances is null ? null : biases.Distances.Floats + (task.Head * work.SharedHeads * ((2L * biases.MaxDistance) + 1)),
                MaxDistance = biases.MaxDistance,
            };
            PagedAttention.Run(in call, task.First, task.Queries, work.Scratch(member));
        }
    }
}
