namespace Gyre.Models.Architectures;

/// <summary>Says in errors what bounds the length of a sequence: the model, or the memory for its keys and values.</summary>
internal static class ContextLimit
{
    /// <summary>How many tokens fit, and where they do not.</summary>
    public static string Holds(IDecoder decoder, int tokens) => tokens >= decoder.ModelContextLength
        ? $"this model's context holds {tokens}"
        : $"the memory for keys and values holds {tokens} ({Mebibytes(decoder, tokens)} MiB), while the model's own context would hold {decoder.ModelContextLength}";

    /// <summary>What gives more room, to stand behind "or".</summary>
    public static string Remedy(IDecoder decoder, int tokens) => tokens >= decoder.ModelContextLength
        ? "choose a model with a longer context"
        : $"give the cache more memory (`gyre up --cache-memory MIB`, `DecoderOptions.CacheBytes`; the whole context takes {Mebibytes(decoder, decoder.ModelContextLength)} MiB), or keep it in a smaller form (`--cache f16` or `int8`)";

    private static long Mebibytes(IDecoder decoder, int tokens)
    {
        const long Mebibyte = 1 << 20;
        return ((tokens * decoder.CacheBytesPerToken) + Mebibyte - 1) / Mebibyte;
    }
}
