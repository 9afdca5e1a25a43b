using Gyre.Contracts;
using Gyre.Evaluation.Experiments;
using Gyre.Evaluation.Replies;

namespace Gyre.Cli.Judging;

/// <summary>A candidate whose answers stand in the dataset already.</summary>
/// <param name="name">What tables call it.</param>
/// <param name="fact">The fact with its answers.</param>
internal sealed class GivenOutput(string name, string fact) : ICandidate
{
    public string Name => name;

    public string Digest => $"given {fact}";

    public Task<Reply> AnswerAsync(DatasetRow row, int sample, CancellationToken cancellationToken) => Task.FromResult(new Reply(row.Facts.GetValueOrDefault(fact, ""), TimeSpan.Zero));
}
