using Gyre.Contracts;
using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation;

/// <summary>Judges one output of a model against its dataset row. Implementations are safe for several threads.</summary>
public interface IScorer
{
    /// <summary>The stable name that recipes and tables use, for example <c>exact-match</c>.</summary>
    string Name { get; }

    /// <summary>What the number means.</summary>
    MetricForm Form { get; }

    /// <summary>Statistics of a score (see <see cref="IMetric{TSample}"/>); 1 for scorers whose total is the mean.</summary>
    int Width => 1;

    /// <summary>Scores one output. A row that lacks what the scorer needs gives an undefined score, never 0.</summary>
    /// <param name="row">What was asked and what was wanted.</param>
    /// <param name="output">What the model wrote; may be empty.</param>
    /// <param name="cancellationToken">Ends scorers that wait for another model.</param>
    ValueTask<Score> ScoreAsync(DatasetRow row, string output, CancellationToken cancellationToken);

    /// <summary>The value of scores together; the mean unless the scorer says otherwise.</summary>
    /// <param name="sums">The sum of their statistics.</param>
    /// <param name="count">How many scores.</param>
    MetricValue Combine(ReadOnlySpan<double> sums, long count) => MetricValue.Ratio(sums[0], count, "no scores");
}
