namespace Gyre.Contracts;

/// <summary>Gives the tokens of texts and their vectors in context, from whatever model. Safe for many callers at once.</summary>
public interface ITokenVectorSource
{
    /// <summary>Which model and layer the vectors are of; part of a metric's name.</summary>
    string Name { get; }

    /// <summary>Vectors of texts.</summary>
    /// <remarks>A text's vectors do not depend on the other texts of the call.</remarks>
    /// <param name="texts">Any texts; an empty one has no tokens but those that a model adds.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <returns>One for each text, in order.</returns>
    ValueTask<IReadOnlyList<TokenVectors>> EncodeAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken);
}
