using System.Runtime.InteropServices;

namespace Gyre.Models.Architectures.Engine;

/// <summary>Some queries of one key–value head of one sequence.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct AttentionTask
{
    public int Sequence;

    /// <summary>The key–value head.</summary>
    public int Head;

    /// <summary>The first (row, head) pair among those of the key–value head.</summary>
    public int First;

    public int Queries;
}
