using System.Runtime.InteropServices;
using Gyre.Tensors.Kernels;
using Gyre.Tensors.Quantization;

namespace Gyre.Models.Architectures.Engine;

/// <summary>How attention over heads of one form is divided among the team in a run, with each member's scratch; all layers with such heads use the same.</summary>
/// <remarks>Owns: its memory.</remarks>
internal sealed unsafe class AttentionWork : IDisposable
{
    private const int LineFloats = 16;
    private const int PartsPerMember = 4;
    private readonly NativeBuffer _floats;
    private readonly long _floatsPerMember;
    private readonly NativeBuffer _tasks;
    private readonly int _members;

    public AttentionWork(KeyValueBlock layout, int heads, int keyValueHeads, PlanLimits limits)
    {
        (Layout, Heads, KeyValueHeads, _members) = (layout, heads, keyValueHeads, limits.Members);
        SharedHeads = heads / keyValueHeads;

        // Whole cache lines, with one between the members.
        _floatsPerMember = ((PagedAttention.ScratchLength(in layout) + LineFloats - 1) / LineFloats * LineFloats) + LineFloats;
        _floats = NativeBuffer.OfFloats(_floatsPerMember * limits.Members);
        _tasks = new NativeBuffer((long)limits.MaxRows * heads * sizeof(AttentionTask));
    }

    public KeyValueBlock Layout { get; }

    public int Heads { get; }

    public int KeyValueHeads { get; }

    /// <summary>Query heads of a key–value head.</summary>
    public int SharedHeads { get; }

    /// <summary>Tasks of the run.</summary>
    public int Count { get; private set; }

    public AttentionTask* Tasks => (AttentionTask*)_tasks.Bytes;

    public float* Scratch(int member) => _floats.Floats + (member * _floatsPerMember);

    /// <summary>Divides a run: neighbouring queries of one key–value head and sequence, in parts that occupy every member.</summary>
    public void Divide(PlanRun* run)
    {
        var queries = (long)run->Rows * Heads;
        var part = (int)Math.Clamp((queries + (PartsPerMember * _members) - 1) / (PartsPerMember * _members), 1, PagedAttention.MostQueries);
        part = part >= 6 ? part / 6 * 6 : part >= 3 ? 3 : part;
        Count = 0;
        for (var s = 0; s < run->SequenceCount; s++)
        {
            var ofHead = run->Sequences[s].Rows * SharedHeads;
            for (var head = 0; head < KeyValueHeads; head++)
            {
                for (var first = 0; first < ofHead; first += part)
                {
                    Tasks[Count++] = new AttentionTask { Sequence = s, Head = head, First = first, Queries = Math.Min(part, ofHead - first) };
                }
            }
        }
    }

    public void Dispose()
    {
        _floats.Dispose();
        _tasks.Dispose();
    }
}
