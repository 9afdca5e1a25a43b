namespace Gyre.Models.Architectures;

/// <summary>One sequence with its key–value cache.</summary>
/// <remarks>Owns: its cache, until disposed. Used by one thread at a time; sessions of one model take turns.</remarks>
public interface IDecoderSession : IDisposable
{
    /// <summary>The number of tokens in the cache.</summary>
    int Position { get; }

    /// <summary>The number of tokens the cache can hold.</summary>
    int Capacity { get; }

    /// <summary>Runs the model over the tokens that follow and returns the logits after the last of them.</summary>
    /// <remarks>
    /// <para>Shape: <c>tokens [T] → logits [V]</c>. The span is valid until the next call on this session.</para>
    /// <para>Errors: <see cref="ModelException"/> <c>RUN0404</c> more tokens than the session has room for (nothing was
    /// run), <c>RUN0310</c> no page of the model's cache is free (nothing was run), <c>RUN0304</c> logits that are not
    /// finite numbers (the tokens are forgotten again); <see cref="OutOfMemoryException"/> when the system has no memory
    /// for a longer cache; argument exceptions for no token or one outside the vocabulary.</para>
    /// <para>Cost: no managed allocation after the first calls.</para>
    /// </remarks>
    ReadOnlySpan<float> Forward(ReadOnlySpan<int> tokens);

    /// <summary>Runs the model over the tokens that follow and writes the logits after each of them.</summary>
    /// <remarks>
    /// <para>Shape: <c>tokens [T] → destination [T,V]</c>.</para>
    /// <para>Errors: as <see cref="Forward"/>, and an argument exception for a destination that is too short.</para>
    /// </remarks>
    void ForwardAll(ReadOnlySpan<int> tokens, Span<float> destination);

    /// <summary>Makes this session hold the other's sequence, as if it had read its tokens itself.</summary>
    /// <remarks>
    /// Errors: <see cref="ModelException"/> <c>RUN0404</c> when it has no room for them; an argument exception for a
    /// session of another model; <see cref="OutOfMemoryException"/>.
    /// </remarks>
    void CopyFrom(IDecoderSession other);

    /// <summary>Forgets every token from <paramref name="position"/> on.</summary>
    void Truncate(int position);

    /// <summary>Makes sure that this many further tokens can be run.</summary>
    /// <returns>False when no page of the model's cache is free for them.</returns>
    /// <remarks>Errors: <see cref="OutOfMemoryException"/>.</remarks>
    bool TryReserve(int tokens) => true;

    /// <summary>Makes an empty session hold as much of a sequence's beginning as the model has read before.</summary>
    /// <returns>How many of the tokens it holds now; fewer than all of them.</returns>
    int TakePrefix(ReadOnlySpan<int> tokens) => 0;

    /// <summary>Lets later sessions begin with what this one holds.</summary>
    /// <param name="tokens">The tokens it holds, from the first on.</param>
    void KeepPrefix(ReadOnlySpan<int> tokens)
    {
    }
}
