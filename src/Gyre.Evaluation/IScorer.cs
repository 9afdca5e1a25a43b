using Gyre.Contracts;

namespace Gyre.Evaluation;

/// <summary>Judges one output of a model against its dataset row. Implementations are safe for several threads.</summary>
public interface IScorer
{
    /// <summary>The stable name that recipes and tables use, for example <c>exact-match</c>.</summary>
    string Name { get; }

    /// <summary>Which end of the score is the good one.</summary>
    ScoreDirection Direction { get; }

    /// <summary>Scores one output. A row that lacks what the scorer needs gives an undefined score, never 0.</summary>
    /// <param name="row">What was asked and what was wanted.</param>
    /// <param name="output">What the model wrote; may be empty.</param>
    /// <param name="cancellationToken">Ends scorers that wait for another model.</param>
    ValueTask<Score> ScoreAsync(DatasetRow row, string output, CancellationToken cancellationToken);
}
