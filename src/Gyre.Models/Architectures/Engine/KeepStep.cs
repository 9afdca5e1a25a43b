using Gyre.Tensors;
using Gyre.Tensors.Quantization;

namespace Gyre.Models.Architectures.Engine;

/// <summary>Stores a source's keys and values in the pages that its answers will look at.</summary>
/// <param name="keys">Keys.</param>
/// <param name="values">Values.</param>
/// <param name="attention">The decoder's attention over them.</param>
/// <param name="layout">The blocks of those pages.</param>
[HotPath]
internal sealed unsafe class KeepStep(Value keys, Value values, AttentionSpec attention, KeyValueBlock layout) : PlanStep
{
    private float* _keys;
    private float* _values;

    public override IReadOnlyList<Value> Inputs => [keys, values];

    public override IReadOnlyList<Value> Outputs => [];

    /// <summary>Storing a head takes less time than handing it over.</summary>
    public override int Grain => 16;

    public override void Bind(ReadOnlySpan<nint> buffers)
    {
        _keys = (float*)buffers[keys.Index];
        _values = (float*)buffers[values.Index];
    }

    public override int Items(PlanRun* run) => run->Rows * attention.KeyValueHeads;

    public override void Run(PlanRun* run, int begin, int end, int member, bool isFirst)
    {
        for (var item = begin; item < end; item++)
        {
            var (row, head) = Math.DivRem(item, attention.KeyValueHeads);
            var offset = ((long)row * attention.KeyWidth) + (head * attention.HeadWidth);
            var (page, token) = Math.DivRem(run->Positions[row], KeyValueBlock.Tokens);
            var block = (byte*)run->Sequences[run->RowSequences[row]].CrossPages[page] + ((((long)attention.Layer * attention.KeyValueHeads) + head) * layout.LengthBytes);
            layout.Store(block, token, _keys + offset, _values + offset);
        }
    }
}
