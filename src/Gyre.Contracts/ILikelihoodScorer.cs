namespace Gyre.Contracts;

/// <summary>Says how likely a model finds given texts. Safe for many callers at once.</summary>
/// <remarks>
/// A result does not depend on the other requests of its call. A text that the model cannot read at once is a result of its own
/// (<see cref="Likelihood.IsScored"/> is false) and fails nothing else.
/// </remarks>
public interface ILikelihoodScorer
{
    /// <summary>The model's name, for tables.</summary>
    string Model { get; }

    /// <summary>A digest of everything that decides the numbers: results are kept under it.</summary>
    string Digest { get; }

    /// <summary>How likely each continuation is behind its context.</summary>
    /// <param name="requests">Contexts and what follows them; the same context may stand in many.</param>
    /// <param name="cancellationToken">Ends the scoring early.</param>
    /// <returns>One result a request, in their order.</returns>
    /// <remarks>
    /// White space at the end of a context counts as the beginning of what follows. Context and continuation are read as one text;
    /// scored are the tokens in which the continuation has a part.
    /// </remarks>
    Task<IReadOnlyList<Likelihood>> ScoreAsync(IReadOnlyList<LikelihoodRequest> requests, CancellationToken cancellationToken = default);

    /// <summary>How likely whole texts are, each of their tokens predicted once (the rolling log-likelihood).</summary>
    /// <param name="texts">Texts of any length, if the implementation does not say otherwise.</param>
    /// <param name="cancellationToken">Ends the scoring early.</param>
    /// <returns>One result a text, in their order; an empty text has log-likelihood 0 and no token.</returns>
    Task<IReadOnlyList<Likelihood>> ScoreTextsAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken = default);
}
