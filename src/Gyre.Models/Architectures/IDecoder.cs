namespace Gyre.Models.Architectures;

/// <summary>A loaded decoder-only model that predicts the next token. Weights are shared by all its sessions.</summary>
/// <remarks>Owns: the packed weights, until disposed. Sessions may be created from any thread.</remarks>
public interface IDecoder : IDisposable
{
    /// <summary>The number of logits per position.</summary>
    int VocabularySize { get; }

    /// <summary>The longest sequence a session can hold, prompt and answer together.</summary>
    int ContextLength { get; }

    /// <summary>Opens a session with its own key–value cache.</summary>
    /// <param name="maxTokens">How many tokens the session must be able to hold, at most <see cref="ContextLength"/>.</param>
    /// <remarks>
    /// <para>Owns: the caller disposes the session.</para>
    /// <para>Errors: <see cref="ModelException"/> <c>RUN0404</c> more tokens than the context holds;
    /// <see cref="OutOfMemoryException"/> when the system has no memory for the cache.</para>
    /// </remarks>
    IDecoderSession CreateSession(int maxTokens);
}
