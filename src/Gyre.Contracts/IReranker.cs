namespace Gyre.Contracts;

/// <summary>Scores how well documents answer a query. Safe for many callers at once.</summary>
public interface IReranker
{
    /// <summary>One score a document, in the documents' order; a larger one is a better answer.</summary>
    Task<RerankScores> RerankAsync(string query, IReadOnlyList<string> documents, CancellationToken cancellationToken = default);
}
