using Gyre.Tensors.Quantization;
using Gyre.Tensors.Threading;

namespace Gyre.Models.Architectures;

/// <summary>How an encoder computes. Immutable.</summary>
public sealed record EncoderOptions
{
    /// <summary>The threads that run it; they outlive the encoder and may be shared with others.</summary>
    public required ThreadTeam Team { get; init; }

    /// <summary>
    /// The encoding to compute on; null keeps the file's own (and expands encodings that have no kernel to F16).
    /// Matrices whose rows do not fill whole blocks of it stay in F32.
    /// </summary>
    public ElementFormat? Format { get; init; }

    /// <summary>How many tokens are run together; 1 to 65,536, default 512, and never fewer than the longest sequence has.</summary>
    public int BatchTokens { get; init; } = 512;

    /// <summary>The most adapters that are loaded at once; default 256.</summary>
    public int MaxAdapters { get; init; } = 256;

    /// <summary>The most memory for adapters, in bytes; null for an eighth of what the process may use.</summary>
    public long? AdapterBytes { get; init; }
}
