using Gyre.Contracts;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Metrics.Likelihoods;

namespace Gyre.Evaluation.Scorers;

/// <summary>How surprised a model is by the output, over all outputs together: fluency in that model's eyes.</summary>
/// <remarks>Cost: one call of the model a row. Source: see <see cref="Perplexity"/>.</remarks>
public sealed class PerplexityScorer : IScorer
{
    private readonly ILikelihoodScorer _model;
    private readonly IMetric<LikelihoodSample> _metric;

    /// <summary>Takes a model; it stays the caller's.</summary>
    /// <param name="model">Says how likely it finds texts.</param>
    /// <param name="metric">One of <see cref="Perplexity"/>; null for the perplexity of a token.</param>
    public PerplexityScorer(ILikelihoodScorer model, IMetric<LikelihoodSample>? metric = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        (_model, _metric) = (model, metric ?? Perplexity.Token);
        Name = $"{_metric.Name}-{model.Model}";
    }

    /// <summary><c>perplexity-token-MODEL</c> and so on.</summary>
    public string Name { get; }

    /// <inheritdoc/>
    public MetricForm Form => _metric.Form;

    /// <inheritdoc/>
    public int Width => _metric.Width;

    /// <inheritdoc/>
    public async ValueTask<Score> ScoreAsync(DatasetRow row, string output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (output.Length == 0)
        {
            return Score.Undefined(UndefinedCause.EmptyCandidate, "the output is empty");
        }

        var likelihood = (await _model.ScoreTextsAsync([output], cancellationToken))[0];
        if (!likelihood.IsScored)
        {
            return Score.Undefined(likelihood.IsTooLong ? UndefinedCause.TooLarge : UndefinedCause.ScorerFailed, $"the model did not read the output: {likelihood.Reason}");
        }

        var statistics = new double[_metric.Width];
        return _metric.TryMeasure(LikelihoodSample.Of(output, likelihood.LogLikelihood, likelihood.Tokens), statistics, out var reason)
            ? Score.OfStatistics(_metric.Combine(statistics, 1), statistics)
            : Score.Undefined(reason.Cause, reason.Detail);
    }

    /// <inheritdoc/>
    public MetricValue Combine(ReadOnlySpan<double> sums, long count) => _metric.Combine(sums, count);
}
