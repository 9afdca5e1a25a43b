using System.Runtime.InteropServices;

namespace Gyre.Models.Architectures.Engine;

/// <summary>What one run of a plan works on; lives on the caller's stack.</summary>
[StructLayout(LayoutKind.Auto)]
internal unsafe struct PlanRun
{
    /// <summary>A handle to the plan, so that the members of the team find it.</summary>
    public nint Plan;

    /// <summary>The new tokens and how many they are.</summary>
    public int* Tokens;
    public int Rows;

    /// <summary>Tokens already in the cache.</summary>
    public int Position;

    /// <summary>The session's keys and values: [layer][key-value head][capacity][head width].</summary>
    public float* Keys;
    public float* Values;
    public int Capacity;

    /// <summary>Receives the logits of the rows from <see cref="FirstLogitRow"/> on; null when none are wanted.</summary>
    public float* Logits;
    public int FirstLogitRow;

    /// <summary>Calls the plan's observer after each layer.</summary>
    public bool IsObserved;
}
