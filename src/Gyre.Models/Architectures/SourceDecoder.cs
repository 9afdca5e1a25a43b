namespace Gyre.Models.Architectures;

/// <summary>A model's decoder as one source's: every session that is opened answers to it.</summary>
/// <remarks>Owns: nothing; the model and the source outlive it.</remarks>
/// <param name="model">The model.</param>
/// <param name="source">One that it has read.</param>
public sealed class SourceDecoder(IEncoderDecoder model, IDecoderSource source) : IDecoder
{
    /// <inheritdoc />
    public int VocabularySize => model.VocabularySize;

    /// <inheritdoc />
    public int ContextLength => model.ContextLength;

    /// <inheritdoc />
    public int ModelContextLength => model.ModelContextLength;

    /// <inheritdoc />
    public int MaxBatchTokens => model.MaxBatchTokens;

    /// <inheritdoc />
    public long MaxCachedTokens => model.MaxCachedTokens;

    /// <inheritdoc />
    public long FreeCachedTokens => model.FreeCachedTokens;

    /// <inheritdoc />
    public long CacheBytesPerToken => model.CacheBytesPerToken;

    /// <inheritdoc />
    public IDecoderSession CreateSession(int maxTokens) => model.CreateSession(source, maxTokens);

    /// <summary>Reads a source and opens a session for it, which keeps what was read.</summary>
    /// <param name="decoder">An <see cref="IEncoderDecoder"/>.</param>
    /// <param name="source">Token ids.</param>
    /// <param name="adapter">What both run through; null for the base alone.</param>
    /// <param name="maxTokens">How many tokens the session must be able to hold.</param>
    internal static IDecoderSession Open(IDecoder decoder, IReadOnlyList<int> source, IAdapterUse? adapter, int maxTokens)
    {
        var model = (IEncoderDecoder)decoder;
        using var read = model.Read([source], adapter)[0];
        return model.CreateSession(read, maxTokens);
    }

    /// <inheritdoc />
    public void Forward(DecoderBatch batch) => model.Forward(batch);

    /// <inheritdoc />
    public void Dispose()
    {
    }
}
