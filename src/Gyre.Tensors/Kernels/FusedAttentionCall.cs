using System.Runtime.InteropServices;

namespace Gyre.Tensors.Kernels;

/// <summary>The operands of <see cref="FusedAttention"/>: new queries, and keys and values of all tokens so far.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly unsafe struct FusedAttentionCall
{
    /// <summary>[queries, heads, head width].</summary>
    public float* Query { get; init; }

    /// <summary>[key-value heads][positions, head width]; the heads are <see cref="HeadStride"/> apart.</summary>
    public float* Key { get; init; }

    /// <summary>As the keys.</summary>
    public float* Value { get; init; }

    /// <summary>Receives [queries, heads, head width].</summary>
    public float* Output { get; init; }

    /// <summary>The first key that each query sees; null for 0.</summary>
    public int* FirstKeys { get; init; }

    /// <summary>How many queries.</summary>
    public int Queries { get; init; }

    /// <summary>The position of the first query; it sees the keys up to its own.</summary>
    public int Position { get; init; }

    /// <summary>Query heads.</summary>
    public int Heads { get; init; }

    /// <summary>Key-value heads; divides the query heads, and neighbouring query heads share one.</summary>
    public int KeyValueHeads { get; init; }

    /// <summary>Width of a head.</summary>
    public int HeadWidth { get; init; }

    /// <summary>Elements from one key-value head to the next.</summary>
    public nint HeadStride { get; init; }

    /// <summary>Multiplies the scores.</summary>
    public float Scale { get; init; }
}
