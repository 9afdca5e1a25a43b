using Gyre.Models.Architectures;
using Gyre.Tensors.Quantization;

namespace Gyre.Models.Measurement;

/// <summary>What a decoder-only model takes in memory.</summary>
/// <param name="configuration">Its sizes.</param>
/// <param name="weightBytes">Its weight files; they are packed in their own encoding and stay about as large.</param>
public sealed class MemoryEstimate(DecoderConfiguration configuration, long weightBytes)
{
    /// <summary>Bytes of the weights.</summary>
    public long WeightBytes => weightBytes;

    /// <summary>Bytes of the keys and values of a sequence, in whole pages of 64 tokens.</summary>
    /// <param name="tokens">The sequence's length.</param>
    /// <param name="format">How they are kept.</param>
    public long CacheBytes(int tokens, KeyValueFormat format)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(tokens);
        var pages = (tokens + KeyValueBlock.Tokens - 1) / KeyValueBlock.Tokens;
        return pages * new KeyValueBlock(format, configuration.HeadWidth).LengthBytes * configuration.Layers * configuration.KeyValueHeads;
    }
}
