namespace Gyre.Orchestration.Retrieval;

/// <summary>Finds the passages that fit a question.</summary>
/// <remarks>Safe for several threads.</remarks>
public interface IRetriever
{
    /// <summary>A digest of everything that decides what is found: the passages and how they are searched.</summary>
    Task<string> DigestAsync(CancellationToken cancellationToken = default);

    /// <summary>The passages that fit best, the best first; equal scores stand in an order that does not depend on chance or history.</summary>
    /// <param name="query">What is asked, in any words; empty text finds nothing.</param>
    /// <param name="top">How many at most; 1 or more.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    Task<IReadOnlyList<RetrievedPassage>> RetrieveAsync(string query, int top, CancellationToken cancellationToken = default);
}
