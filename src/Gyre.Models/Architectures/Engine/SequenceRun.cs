using System.Runtime.InteropServices;

namespace Gyre.Models.Architectures.Engine;

/// <summary>One sequence's part of a run.</summary>
[StructLayout(LayoutKind.Auto)]
internal unsafe struct SequenceRun
{
    /// <summary>Its first row, and how many rows it has.</summary>
    public int FirstRow;
    public int Rows;

    /// <summary>Its tokens that were in the cache before.</summary>
    public int Position;

    /// <summary>Its tokens after the whole call, of which this run may be a chunk.</summary>
    public int Length;

    /// <summary>The addresses of its pages of keys and values.</summary>
    public nint* Pages;

    /// <summary>What its adapter changes, by weight (see <see cref="EngineAdapter.Weights"/>); null for no adapter.</summary>
    public AdapterWeight* Adapter;

    /// <summary>The pages of the sequence that it also looks at, for cross-attention, and their tokens.</summary>
    public nint* CrossPages;
    public int CrossKeys;
}
