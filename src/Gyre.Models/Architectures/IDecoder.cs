namespace Gyre.Models.Architectures;

/// <summary>A loaded decoder-only model that predicts the next token. Weights are shared by all its sessions.</summary>
/// <remarks>Owns: the packed weights and the memory of keys and values, until disposed. Sessions may be created from any thread.</remarks>
public interface IDecoder : IDisposable
{
    /// <summary>The number of logits per position.</summary>
    int VocabularySize { get; }

    /// <summary>The longest sequence a session can hold, prompt and answer together.</summary>
    int ContextLength { get; }

    /// <summary>The most tokens of one batch.</summary>
    int MaxBatchTokens => ContextLength;

    /// <summary>The most tokens that all sessions together can hold; parts that sequences share count once.</summary>
    long MaxCachedTokens => long.MaxValue;

    /// <summary>Tokens that sessions can still be given room for, at the expense of kept beginnings.</summary>
    long FreeCachedTokens => long.MaxValue;

    /// <summary>Bytes that the keys and values of a token take.</summary>
    long CacheBytesPerToken => 0;

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
