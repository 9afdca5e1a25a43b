using Gyre.Contracts;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Metrics.Vectors;

namespace Gyre.Evaluation.Scorers;

/// <summary>BERTScore of the output against the row's references, of which the best counts.</summary>
/// <remarks>
/// <para>Cost: one call of the model a row, for the output and all references.</para>
/// <para>Source: see <see cref="BertScore"/>.</para>
/// </remarks>
public sealed class BertScoreScorer : IScorer
{
    private readonly ITokenVectorSource _source;
    private readonly IMetric<BertScoreSample> _metric;

    /// <summary>Takes a model; it stays the caller's.</summary>
    /// <param name="source">Gives tokens and their vectors.</param>
    /// <param name="part">Which number.</param>
    /// <param name="weights">Weights of tokens (<see cref="WeightsAsync"/>); null counts each once.</param>
    /// <param name="baseline">What unrelated texts score by this part with this model, below 1; null leaves the numbers.</param>
    public BertScoreScorer(ITokenVectorSource source, BertScorePart part = BertScorePart.F1, TokenWeights? weights = null, double? baseline = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        (_source, _metric) = (source, BertScore.Metric(part, source.Name, weights, baseline));
    }

    /// <inheritdoc/>
    public string Name => _metric.Name;

    /// <inheritdoc/>
    public MetricForm Form => _metric.Form;

    /// <summary>Weights of tokens by how few references of a dataset have them.</summary>
    /// <param name="source">The model that the scorer will use.</param>
    /// <param name="rows">The dataset's rows.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <remarks>Cost: runs every reference through the model once; memory for one row's.</remarks>
    public static async Task<TokenWeights> WeightsAsync(ITokenVectorSource source, IEnumerable<DatasetRow> rows, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(rows);
        var tokens = new List<TokenVectors>();
        foreach (var row in rows)
        {
            // The vectors are not needed; holding them would take the memory of the whole dataset.
            tokens.AddRange((await source.EncodeAsync(RowReferences.Of(row), cancellationToken)).Select(text => new TokenVectors(text.Tokens, new float[text.Tokens.Length], text.Added)));
        }

        return TokenWeights.Of(tokens);
    }

    /// <inheritdoc/>
    public async ValueTask<Score> ScoreAsync(DatasetRow row, string output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(row);
        ArgumentNullException.ThrowIfNull(output);
        var references = RowReferences.Of(row);
        if (references.Count == 0)
        {
            return Score.Undefined(UndefinedCause.NoReference, "the row has no reference");
        }

        var texts = await _source.EncodeAsync([output, .. references], cancellationToken);
        if (texts.Count != references.Count + 1)
        {
            return Score.Undefined(UndefinedCause.ScorerFailed, $"the model gave the vectors of {texts.Count} texts, and {references.Count + 1} were asked for");
        }

        var statistics = new double[_metric.Width];
        return _metric.TryMeasure(new BertScoreSample(texts[0], [.. texts.Skip(1)]), statistics, out var reason)
            ? Score.OfStatistics(_metric.Combine(statistics, 1), statistics)
            : Score.Undefined(reason.Cause, reason.Detail);
    }

    /// <inheritdoc/>
    public MetricValue Combine(ReadOnlySpan<double> sums, long count) => _metric.Combine(sums, count);
}
