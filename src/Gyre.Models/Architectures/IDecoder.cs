namespace Gyre.Models.Architectures;

/// <summary>A loaded decoder-only model that predicts the next token. Weights are shared by all its sessions.</summary>
/// <remarks>Owns: the packed weights and the memory of keys and values, until disposed. Sessions may be created from any thread.</remarks>
public interface IDecoder : IAdapterHost, IDisposable
{
    /// <summary>The number of logits per position.</summary>
    int VocabularySize { get; }

    /// <summary>The longest sequence a session can hold, prompt and answer together.</summary>
    int ContextLength { get; }

    /// <summary>The longest sequence that the model was made for; <see cref="ContextLength"/> is less where the memory for keys and values holds less.</summary>
    int ModelContextLength => ContextLength;

    /// <summary>The most tokens of one batch.</summary>
    int MaxBatchTokens => ContextLength;

    /// <summary>The most tokens that all sessions together can hold; parts that sequences share count once.</summary>
    long MaxCachedTokens => long.MaxValue;

    /// <summary>Tokens that sessions can still be given room for, at the expense of kept beginnings.</summary>
    long FreeCachedTokens => long.MaxValue;

    /// <summary>Bytes that the keys and values of a token take.</summary>
    long CacheBytesPerToken => 0;

    /// <summary>Opens a session whose tokens run through an adapter.</summary>
    /// <param name="maxTokens">As for <see cref="CreateSession(int)"/>.</param>
    /// <param name="adapter">The name of a loaded adapter; null for the base alone.</param>
    /// <remarks>
    /// <para>Owns: the caller disposes the session.</para>
    /// <para>Errors: as <see cref="CreateSession(int)"/>, and <see cref="ModelException"/> <c>RUN0423</c> for an adapter that is not loaded.</para>
    /// </remarks>
    IDecoderSession CreateSession(int maxTokens, string? adapter) =>
        adapter is null ? CreateSession(maxTokens) : throw Gyre.Models.Adapters.AdapterErrors.Unknown(adapter, Adapters);

    /// <summary>Opens a session whose tokens run through an adapter that is in use.</summary>
    /// <param name="adapter">A use of one of this model's adapters; the session has its own besides.</param>
    /// <param name="maxTokens">As for <see cref="CreateSession(int)"/>, without the adapter's virtual tokens, which need room too.</param>
    /// <remarks>Owns: the caller disposes the session. Errors: as <see cref="CreateSession(int)"/>.</remarks>
    IDecoderSession CreateSession(IAdapterUse adapter, int maxTokens)
    {
        ArgumentNullException.ThrowIfNull(adapter);
        return CreateSession(maxTokens, adapter.Name);
    }

    /// <summary>Opens a session with its own key–value cache.</summary>
    /// <param name="maxTokens">How many tokens the session must be able to hold, at most <see cref="ContextLength"/>.</param>
    /// <remarks>
    /// <para>Owns: the caller disposes the session.</para>
    /// <para>Errors: <see cref="ModelException"/> <c>RUN0404</c> more tokens than the context holds.</para>
    /// </remarks>
    IDecoderSession CreateSession(int maxTokens);

    /// <summary>Runs new tokens of several sequences together.</summary>
    /// <param name="batch">At most <see cref="MaxBatchTokens"/> tokens; receives the logits.</param>
    /// <remarks>
    /// <para>Errors: as <see cref="IDecoderSession.Forward"/>, before anything was run; logits that are not finite are
    /// no error here (see <see cref="DecoderBatch.IsFinite"/>).</para>
    /// <para>Cost: weights are read once for all tokens; no managed allocation after the first calls.</para>
    /// </remarks>
    void Forward(DecoderBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        batch.RunSingly(VocabularySize);
    }
}
