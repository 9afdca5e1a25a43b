using Gyre.Contracts;

namespace Gyre.Server.Tests.Fakes;

/// <summary>A fake judge: how many of the query's characters a document has. For tests of the server only.</summary>
internal sealed class FakeReranker : IReranker
{
    public Task<RerankScores> RerankAsync(string query, IReadOnlyList<string> documents, CancellationToken cancellationToken = default) =>
        Task.FromResult(new RerankScores([.. documents.Select(document => (float)query.Count(letter => document.Contains(letter, StringComparison.Ordinal)))], documents.Sum(document => query.Length + document.Length)));
}
