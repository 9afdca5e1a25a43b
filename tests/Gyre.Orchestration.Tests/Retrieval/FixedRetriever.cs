using Gyre.Orchestration.Retrieval;

namespace Gyre.Orchestration.Tests.Retrieval;

/// <summary>Finds the same passages whatever is asked, and keeps the questions.</summary>
internal sealed class FixedRetriever(params IReadOnlyList<(string Text, double Score)> passages) : IRetriever
{
    public List<string> Queries { get; } = [];

    public Task<string> DigestAsync(CancellationToken cancellationToken = default) => Task.FromResult(string.Join('|', passages));

    public Task<IReadOnlyList<RetrievedPassage>> RetrieveAsync(string query, int top, CancellationToken cancellationToken = default)
    {
        Queries.Add(query);
        return Task.FromResult<IReadOnlyList<RetrievedPassage>>([.. passages.Take(top).Select((passage, i) => new RetrievedPassage(new Passage($"p{i + 1}", $"d{i + 1}", passage.Text, 10), passage.Score))]);
    }
}
