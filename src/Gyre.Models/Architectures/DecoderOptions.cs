using Gyre.Tensors.Quantization;
using Gyre.Tensors.Threading;

namespace Gyre.Models.Architectures;

/// <summary>How a decoder computes. Immutable.</summary>
public sealed record DecoderOptions
{
    /// <summary>The threads that run it; they outlive the decoder and may be shared with others.</summary>
    public required ThreadTeam Team { get; init; }

    /// <summary>
    /// The encoding to compute on; null keeps the file's own (and expands encodings that have no kernel to F16).
    /// Matrices whose rows do not fill whole blocks of it stay in F32.
    /// </summary>
    public ElementFormat? Format { get; init; }

    /// <summary>How many tokens are run together, of one sequence or of several; 1 to 4,096, default 256.</summary>
    public int ChunkTokens { get; init; } = 256;

    /// <summary>How keys and values are kept; default single precision.</summary>
    public KeyValueFormat CacheFormat { get; init; } = KeyValueFormat.F32;

    /// <summary>The most memory for the keys and values of all sequences, in bytes; null for a quarter of what the process may use.</summary>
    public long? CacheBytes { get; init; }

    /// <summary>The most adapters that are loaded at once; default 256.</summary>
    public int MaxAdapters { get; init; } = 256;

    /// <summary>The most memory for adapters, in bytes; null for an eighth of what the process may use.</summary>
    public long? AdapterBytes { get; init; }

    /// <summary>Whether sequences that begin alike share the keys and values of that part; default true.</summary>
    public bool SharesPrefixes { get; init; } = true;
}
