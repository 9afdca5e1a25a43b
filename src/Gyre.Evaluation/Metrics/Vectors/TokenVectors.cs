namespace Gyre.Evaluation.Metrics.Vectors;

/// <summary>A text's tokens and the vector of each in its context.</summary>
/// <remarks>Immutable as long as its owner leaves the memory alone; safe for several threads.</remarks>
public sealed class TokenVectors
{
    /// <summary>Tokens with their vectors.</summary>
    /// <param name="tokens">Token ids without those that a model adds at the ends.</param>
    /// <param name="vectors">[T,C], row by row.</param>
    public TokenVectors(ReadOnlyMemory<int> tokens, ReadOnlyMemory<float> vectors)
    {
        if (tokens.IsEmpty ? !vectors.IsEmpty : vectors.IsEmpty || vectors.Length % tokens.Length != 0)
        {
            throw new ArgumentException($"Take token vectors: found {vectors.Length} numbers for {tokens.Length} tokens; expected as many for each token.", nameof(vectors));
        }

        (Tokens, Vectors) = (tokens, vectors);
    }

    /// <summary>Token ids.</summary>
    public ReadOnlyMemory<int> Tokens { get; }

    /// <summary>[T,C].</summary>
    public ReadOnlyMemory<float> Vectors { get; }

    /// <summary>Elements of a vector; 0 without tokens.</summary>
    public int Dimensions => Tokens.IsEmpty ? 0 : Vectors.Length / Tokens.Length;

    /// <summary>The vector of the token at a place.</summary>
    internal ReadOnlySpan<float> Row(int place) => Vectors.Span.Slice(place * Dimensions, Dimensions);
}
