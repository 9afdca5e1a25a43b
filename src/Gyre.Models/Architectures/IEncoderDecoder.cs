namespace Gyre.Models.Architectures;

/// <summary>A loaded model that reads a source and writes answers to it: a decoder each of whose sessions belongs to a source.</summary>
/// <remarks>
/// Sessions of different sources run together in a <see cref="DecoderBatch"/>. What a session is given first is the
/// model's start token.
/// </remarks>
public interface IEncoderDecoder : IDecoder
{
    /// <summary>Ids of a source are below this.</summary>
    int SourceVocabularySize { get; }

    /// <summary>The most tokens of a source.</summary>
    int SourceLength { get; }

    /// <summary>Reads sources, as many of them together as fit.</summary>
    /// <param name="sources">Token ids, with the special tokens that the model expects.</param>
    /// <param name="adapter">A use of one of this model's adapters, of which each source has its own besides; null for the base alone. The sessions that are opened for them run through it too.</param>
    /// <returns>One for each, in their order.</returns>
    /// <remarks>
    /// A source's keys and values have the bits that it would have alone.
    /// <para>Owns: the caller disposes the results.</para>
    /// <para>Errors: <see cref="ModelException"/> <c>RUN0431</c> a source without tokens or with too many, the adapter's virtual tokens included, <c>RUN0310</c>
    /// the cache has no room; argument exceptions for tokens outside the vocabulary. Nothing is kept then.</para>
    /// <para>Cost: one pass of the encoder; each decoder layer's keys and values of the source are computed here, once.</para>
    /// </remarks>
    IReadOnlyList<IDecoderSource> Read(IReadOnlyList<IReadOnlyList<int>> sources, IAdapterUse? adapter = null);

    /// <summary>Opens a session that answers to a source.</summary>
    /// <param name="source">One of this model's.</param>
    /// <param name="maxTokens">How many tokens the answer can have, its start token included.</param>
    /// <remarks>Owns: the caller disposes the session. Errors: as <see cref="IDecoder.CreateSession(int)"/>.</remarks>
    IDecoderSession CreateSession(IDecoderSource source, int maxTokens);
}
