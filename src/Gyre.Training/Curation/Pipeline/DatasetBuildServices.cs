using Gyre.Contracts;
using Gyre.Training.Curation.Import;
using Microsoft.Extensions.AI;

namespace Gyre.Training.Curation.Pipeline;

/// <summary>What a build borrows from its surroundings. Every part is optional; a recipe that needs a missing one fails with TRN0502.</summary>
public sealed record DatasetBuildServices
{
    /// <summary>Opens versions of datasets.</summary>
    public IVersionSource? Versions { get; init; }

    /// <summary>Loads a model that says how likely texts are, by its name.</summary>
    public Func<string, CancellationToken, Task<ILikelihoodScorer>>? Likelihoods { get; init; }

    /// <summary>Loads a chat model, by its name.</summary>
    public Func<string, CancellationToken, Task<IChatClient>>? Chats { get; init; }

    /// <summary>Told the stage and how many records it has read, every few thousand records.</summary>
    public Action<string, long>? Progress { get; init; }
}
