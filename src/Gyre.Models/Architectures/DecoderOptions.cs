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

    /// <summary>How many tokens of a prompt are run together; 1 to 4,096, default 128.</summary>
    public int ChunkTokens { get; init; } = 128;
}
