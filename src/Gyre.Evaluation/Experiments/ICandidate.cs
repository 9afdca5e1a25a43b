using Gyre.Contracts;
using Gyre.Evaluation.Replies;

namespace Gyre.Evaluation.Experiments;

/// <summary>Something that answers rows: a model with its adapter, prompt and parameters, a chain, a service.</summary>
/// <remarks>Safe for several threads.</remarks>
public interface ICandidate
{
    /// <summary>The name that tables use; unique in an experiment.</summary>
    string Name { get; }

    /// <summary>A digest of everything that decides the answers. Answers are kept and shared under it, so a change of any part must change it.</summary>
    string Digest { get; }

    /// <summary>What a million tokens cost, read and written, in the currency of the recipe; null when nothing is known.</summary>
    (decimal Input, decimal Output)? PricePerMillion => null;

    /// <summary>Answers a row.</summary>
    /// <param name="row">What is asked.</param>
    /// <param name="sample">Which of several answers to the same row, from 0; another sample is another draw.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<Reply> AnswerAsync(DatasetRow row, int sample, CancellationToken cancellationToken);
}
