using Gyre.Models.Architectures.Kernels;
using Gyre.Tensors;
using Gyre.Tensors.Quantization;

namespace Gyre.Models.Architectures.Engine;

/// <summary>Norms and rotates queries in place, and norms, rotates and stores keys and values in their sequences' pages.</summary>
[HotPath]
internal sealed unsafe class RotaryStep(
    Value queries, Value keys, Value values, AttentionSpec attention, KeyValueBlock layout, RotaryTable? rotary, RowNorm? queryNorm, RowNorm? keyNorm) : PlanStep
{
    private readonly int _width = attention.HeadWidth;
    private float* _queries;
    private float* _keys;
    private float* _values;

    public override IReadOnlyList<Value> Inputs => [queries, keys, values];

    public override IReadOnlyList<Value> Outputs => [];

    /// <summary>Turning a head takes less time than handing it over.</summary>
    public override int Grain => 16;

    public override void Bind(ReadOnlySpan<nint> buffers)
    {
        _queries = (float*)buffers[queries.Index];
        _keys = (float*)buffers[keys.Index];
        _values = (float*)buffers[values.Index];
    }

    public override int Items(PlanRun* run) => run->Rows * (attention.Heads + attention.KeyValueHeads);

    public override void Run(PlanRun* run, int begin, int end, int member, bool isFirst)
    {
        // One item is one head of one token: the query heads, then the key-value heads.
        var perToken = attention.Heads + attention.KeyValueHeads;
        for (var item = begin; item < end; item++)
        {
            var (row, head) = Math.DivRem(item, perToken);
            if (head < attention.Heads)
            {
                Turn(run, row, _queries + ((long)row * attention.QueryWidth) + (head * _width), queryNorm);
            }
            else
            {
                Store(run, row, head - attention.Heads);
            }
        }
    }

    private void Store(PlanRun* run, int row, int head)
    {
        var offset = ((long)row * attention.KeyWidth) + (head * _width);
        Turn(run, row, _keys + offset, keyNorm);
        var (page, token) = Math.DivRem(run->Positions[row], KeyValueBlock.Tokens);
        var block = (byte*)run->Sequences[run->RowSequences[row]].Pages[page] + ((((long)attention.Layer * attention.KeyValueHeads) + head) * layout.LengthBytes);
        layout.Store(block, token, _keys + offset, _values + offset);
    }

    private void Turn(PlanRun* run, int row, float* head, RowNorm? norm)
    {
        norm?.Apply(run, row, head, _width, head);

        if (rotary is not null)
        {
            var pairs = (long)row * rotary.Pairs;
            RowKernels.Rotate(head, rotary.Cosines + pairs, rotary.Sines + pairs, rotary.Pairs);
        }
    }
}
