using Gyre.Contracts;

namespace Gyre.Evaluation.Tests.Benchmarks;

/// <summary>Likelihoods as a function of the request.</summary>
internal sealed class ScriptedScorer(Func<LikelihoodRequest, Likelihood> score) : ILikelihoodScorer
{
    public System.Collections.Concurrent.ConcurrentQueue<LikelihoodRequest> Requests { get; } = new();

    public string Model => "scripted";

    public string Digest => "scripted";

    public Task<IReadOnlyList<Likelihood>> ScoreAsync(IReadOnlyList<LikelihoodRequest> requests, CancellationToken cancellationToken = default)
    {
        requests.ToList().ForEach(Requests.Enqueue);
        return Task.FromResult<IReadOnlyList<Likelihood>>([.. requests.Select(score)]);
    }

    public Task<IReadOnlyList<Likelihood>> ScoreTextsAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken = default) =>
        ScoreAsync([.. texts.Select(text => new LikelihoodRequest("", text))], cancellationToken);
}
