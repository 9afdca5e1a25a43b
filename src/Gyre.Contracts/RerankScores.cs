namespace Gyre.Contracts;

/// <summary>What a reranker found.</summary>
/// <param name="Scores">One score a document, in the documents' order.</param>
/// <param name="Tokens">Tokens read, the query once for every document.</param>
public sealed record RerankScores(IReadOnlyList<float> Scores, int Tokens);
