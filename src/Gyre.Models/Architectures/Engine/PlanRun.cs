using System.Runtime.InteropServices;

namespace Gyre.Models.Architectures.Engine;

/// <summary>What one run of a plan works on: the new tokens of one or several sequences. Lives on the caller's stack.</summary>
[StructLayout(LayoutKind.Auto)]
internal unsafe struct PlanRun
{
    /// <summary>A handle to the plan, so that the members of the team find it.</summary>
    public nint Plan;

    /// <summary>The new tokens of all sequences, and how many they are.</summary>
    public int* Tokens;
    public int Rows;

    /// <summary>Each token's type; null when all are 0.</summary>
    public int* TokenTypes;

    /// <summary>Each row's position in its sequence.</summary>
    public int* Positions;

    /// <summary>Which sequence each row belongs to.</summary>
    public int* RowSequences;

    /// <summary>The sequences, in the order of their rows.</summary>
    public SequenceRun* Sequences;
    public int SequenceCount;

    /// <summary>True when a sequence has an adapter.</summary>
    public bool HasAdapters;

    /// <summary>The rows whose results are wanted, ascending, and where these go: [wanted, width].</summary>
    public int* WantedRows;
    public int Wanted;
    public float* Results;

    /// <summary>Calls the plan's observer after each layer.</summary>
    public bool IsObserved;

    /// <summary>The adapter of a row's sequence; null for none.</summary>
    public readonly AdapterWeight* AdapterOf(int row) => Sequences[RowSequences[row]].Adapter;
}
