using Gyre.Contracts;
using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Scorers;

/// <summary>A metric of texts as a scorer: the output against the row's reference and its further references.</summary>
public sealed class TextMetricScorer : IScorer
{
    private readonly IMetric<TextSample> _metric;

    /// <summary>Takes a metric.</summary>
    public TextMetricScorer(IMetric<TextSample> metric)
    {
        ArgumentNullException.ThrowIfNull(metric);
        _metric = metric;
    }

    /// <inheritdoc/>
    public string Name => _metric.Name;

    /// <inheritdoc/>
    public MetricForm Form => _metric.Form;

    /// <inheritdoc/>
    public int Width => _metric.Width;

    /// <inheritdoc/>
    public ValueTask<Score> ScoreAsync(DatasetRow row, string output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(row);
        var statistics = new double[_metric.Width];
        return ValueTask.FromResult(_metric.TryMeasure(new TextSample(output, RowReferences.Of(row)), statistics, out var reason)
            ? Score.OfStatistics(_metric.Combine(statistics, 1), statistics)
            : Score.Undefined(reason.Cause, reason.Detail));
    }

    /// <inheritdoc/>
    public MetricValue Combine(ReadOnlySpan<double> sums, long count) => _metric.Combine(sums, count);
}
