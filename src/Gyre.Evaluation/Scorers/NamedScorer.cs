using Gyre.Contracts;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Statistics;

namespace Gyre.Evaluation.Scorers;

/// <summary>A scorer under another name, so that two of a kind can stand in one experiment.</summary>
internal sealed class NamedScorer(string name, IScorer scorer) : IRemarkingScorer
{
    public string Name => name;

    public MetricForm Form => scorer.Form;

    public int Width => scorer.Width;

    public ValueTask<Score> ScoreAsync(DatasetRow row, string output, CancellationToken cancellationToken) => scorer.ScoreAsync(row, output, cancellationToken);

    public MetricValue Combine(ReadOnlySpan<double> sums, long count) => scorer.Combine(sums, count);

    public IReadOnlyList<ScorerRemark> Remarks(ComparisonOptions options, CancellationToken cancellationToken) =>
        scorer is IRemarkingScorer remarking ? [.. remarking.Remarks(options, cancellationToken).Select(remark => remark with { Scorer = name })] : [];
}
