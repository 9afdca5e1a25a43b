namespace Gyre.Contracts;

/// <summary>A text's tokens and the vector of each in its context.</summary>
/// <remarks>Immutable as long as its owner leaves the memory alone; safe for several threads.</remarks>
public sealed class TokenVectors
{
    /// <summary>Tokens with their vectors.</summary>
    /// <param name="tokens">Token ids.</param>
    /// <param name="vectors">[T,C], row by row.</param>
    /// <param name="added">For each token whether the model added it to the text, as it does at the ends; empty when none are added.</param>
    public TokenVectors(ReadOnlyMemory<int> tokens, ReadOnlyMemory<float> vectors, ReadOnlyMemory<bool> added = default)
    {
        if (tokens.IsEmpty ? !vectors.IsEmpty : vectors.IsEmpty || vectors.Length % tokens.Length != 0)
        {
            throw new ArgumentException($"Take token vectors: found {vectors.Length} numbers for {tokens.Length} tokens; expected as many for each token.", nameof(vectors));
        }

        if (!added.IsEmpty && added.Length != tokens.Length)
        {
            throw new ArgumentException($"Take token vectors: found {added.Length} marks for {tokens.Length} tokens; expected one for each token, or none.", nameof(added));
        }

        (Tokens, Vectors, Added) = (tokens, vectors, added);
    }

    /// <summary>Token ids.</summary>
    public ReadOnlyMemory<int> Tokens { get; }

    /// <summary>[T,C].</summary>
    public ReadOnlyMemory<float> Vectors { get; }

    /// <summary>For each token whether the model added it to the text; empty when none are added.</summary>
    public ReadOnlyMemory<bool> Added { get; }

    /// <summary>Elements of a vector; 0 without tokens.</summary>
    public int Dimensions => Tokens.IsEmpty ? 0 : Vectors.Length / Tokens.Length;

    /// <summary>Tokens of the text itself.</summary>
    public int OwnTokens => Tokens.Length - Added.Span.Count(true);

    /// <summary>The vector of the token at a place.</summary>
    public ReadOnlySpan<float> Row(int place) => Vectors.Span.Slice(place * Dimensions, Dimensions);

    /// <summary>True when the model added the token at a place.</summary>
    public bool IsAdded(int place) => !Added.IsEmpty && Added.Span[place];
}
