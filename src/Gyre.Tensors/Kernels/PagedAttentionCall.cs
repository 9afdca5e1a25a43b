using System.Runtime.InteropServices;
using Gyre.Tensors.Quantization;

namespace Gyre.Tensors.Kernels;

/// <summary>What <see cref="PagedAttention"/> works on: the new tokens of one sequence and the query heads of one key–value head.</summary>
/// <remarks>A query is a (row, head) pair; query q stands for row q / <see cref="SharedHeads"/> and head q % <see cref="SharedHeads"/>.</remarks>
[StructLayout(LayoutKind.Auto)]
public readonly unsafe struct PagedAttentionCall
{
    /// <summary>The queries of the first row and head; heads lie side by side.</summary>
    public float* Query { get; init; }

    /// <summary>Elements from one row's queries to the next's.</summary>
    public nint QueryStride { get; init; }

    /// <summary>Receives the results, as the queries lie.</summary>
    public float* Output { get; init; }

    /// <summary>Elements from one row's results to the next's.</summary>
    public nint OutputStride { get; init; }

    /// <summary>Query heads that share this key–value head.</summary>
    public int SharedHeads { get; init; }

    /// <summary>The addresses of the pages of the sequence, 64 tokens each.</summary>
    public nint* Pages { get; init; }

    /// <summary>Where in each page the <see cref="KeyValueBlock"/> of this layer and head begins, in bytes.</summary>
    public nint PlaceBytes { get; init; }

    /// <summary>The layout of the blocks.</summary>
    public KeyValueBlock Layout { get; init; }

    /// <summary>Keys that there are.</summary>
    public int Keys { get; init; }

    /// <summary>The position of row 0; row r sees the keys up to <c>Position + r</c> when <see cref="IsCausal"/>.</summary>
    public int Position { get; init; }

    /// <summary>Whether rows see only keys up to their own position.</summary>
    public bool IsCausal { get; init; }

    /// <summary>How many keys, its own included, a row sees; 0 for all.</summary>
    public int Window { get; init; }

    /// <summary>Multiplies the scores.</summary>
    public float Scale { get; init; }

    /// <summary>cap·tanh(score / cap) replaces the score; 0 for none.</summary>
    public float SoftCap { get; init; }

    /// <summary>One number a shared head: slope · (key position − row position) is added to the scores; null for none.</summary>
    public float* Slopes { get; init; }

    /// <summary>
    /// [shared head][2·<see cref="MaxDistance"/> + 1]: the entry of key position − row position, held within
    /// ±<see cref="MaxDistance"/>, is added to the scores; null for none.
    /// </summary>
    public float* DistanceBias { get; init; }

    /// <summary>The distance from which on the bias does not change.</summary>
    public int MaxDistance { get; init; }
}
