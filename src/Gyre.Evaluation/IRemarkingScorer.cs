using Gyre.Evaluation.Statistics;

namespace Gyre.Evaluation;

/// <summary>A scorer that can say after a run how far it can be trusted.</summary>
public interface IRemarkingScorer : IScorer
{
    /// <summary>What the scores so far show of the scorer itself. Does not depend on the order in which they came.</summary>
    /// <param name="options">Seed, confidence, resamples.</param>
    /// <param name="cancellationToken">Ends the resampling.</param>
    IReadOnlyList<ScorerRemark> Remarks(ComparisonOptions options, CancellationToken cancellationToken);
}
