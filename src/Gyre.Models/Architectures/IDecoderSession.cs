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
    /// <para>Shape: <c>tokens [T] → logits [V]</c>. The span is valid until the next call on any session of this model.</para>
    /// <para>Cost: no managed allocation after the first calls.</para>
    /// </remarks>
    ReadOnlySpan<float> Forward(ReadOnlySpan<int> tokens);

    /// <summary>Runs the model over the tokens that follow and writes the logits after each of them.</summary>
    /// <remarks>Shape: <c>tokens [T] → destination [T,V]</c>.</remarks>
    void ForwardAll(ReadOnlySpan<int> tokens, Span<float> destination);

    /// <summary>Forgets every token from <paramref name="position"/> on.</summary>
    void Truncate(int position);
}
