using System.Runtime.InteropServices;

namespace Gyre.Tensors.Kernels;

/// <summary>The operands of <see cref="FusedAttention"/>: new queries, and keys and values of all tokens so far.</summary>
[StructLayout(LayoutKind.Auto)]
public unsafe struct FusedAttentionCall
{
    /// <summary>[queries, heads, head width].</summary>
    public float* Query { get; set; }

    /// <summary>[key-value heads][positions, head width]; the heads are <see cref="HeadStride"/> apart.</summary>
    public float* Key { get; set; }

    /// <summary>As the keys.</summary>
    public float* Value { get; set; }

    /// <summary>Receives [queries, heads, head width].</summary>
    public float* Output { get; set; }

    /// <summary>The first key that each query sees; null for 0.</summary>
    public int* FirstKeys { get; set; }

    /// <summary>How many queries.</summary>
    public int Queries { get; set; }

    /// <summary>The position of the first query; it sees the keys up to its own.</summary>
    public int Position { get; set; }

    /// <summary>Query heads.</summary>
    public int Heads { get; set; }

    /// <summary>Key-value heads; divides the query heads, and neighbouring query heads share one.</summary>
    public int KeyValueHeads { get; set; }

    /// <summary>Width of a head.</summary>
    public int HeadWidth { get; set; }

    /// <summary>Elements from one key-value head to the next.</summary>
    public nint HeadStride { get; set; }

    /// <summary>Multiplies the scores.</summary>
    public float Scale { get; set; }
}
