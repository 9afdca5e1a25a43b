using Gyre.Contracts;
using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Scorers;

/// <summary>How alike a candidate's answers to one question in several wordings are: the mean over all pairs of answers.</summary>
/// <remarks>
/// A candidate can be consistently wrong; read it beside a metric of quality. Pairs are compared by a metric of texts, in
/// both directions where it is not symmetric.
/// <para>Source: Elazar et al., "Measuring and Improving Consistency in Pretrained Language Models", 2021 (pairs of
/// paraphrases; equality there is the metric <c>exact-match-verbatim</c> here).</para>
/// </remarks>
public sealed class ConsistencyScorer : IScorer
{
    private readonly IMetric<TextSample> _metric;
    private readonly double _scale;

    /// <summary>Takes a metric.</summary>
    /// <param name="metric">A metric of two texts where more is better, with a least and a greatest value.</param>
    public ConsistencyScorer(IMetric<TextSample> metric)
    {
        ArgumentNullException.ThrowIfNull(metric);
        var form = metric.Form;
        if (form.Direction != ScoreDirection.HigherIsBetter || form.Least != 0 || !double.IsFinite(form.Greatest))
        {
            throw new ArgumentException($"Measure consistency: '{metric.Name}' has values from {form.Least} to {form.Greatest}, {form.Direction}; expected values from 0 where more is better, such as f1-tokens or exact-match.", nameof(metric));
        }

        (_metric, _scale, Name) = (metric, 1 / form.Greatest, $"consistency-{metric.Name}");
        Form = MetricForm.Share($"Elazar et al. 2021, by {metric.Name} ({form.Source})");
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public MetricForm Form { get; }

    /// <inheritdoc/>
    public ValueTask<Score> ScoreAsync(DatasetRow row, string output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(row);
        ArgumentNullException.ThrowIfNull(output);
        var wordings = ParaphraseFacts.Of(row).Count;
        IReadOnlyList<string> answers = [output, .. ParaphraseFacts.AnswersOf(row)];
        if (wordings == 0)
        {
            return new(Score.Undefined("the row has no other wordings of its question (paraphrase.1, …)"));
        }

        if (answers.Count <= wordings)
        {
            return new(Score.Undefined(UndefinedCause.MissingInput, $"{wordings + 1 - answers.Count} of {wordings} other wordings have no answer{(ParaphraseFacts.FaultOf(row) is { } fault ? $": {fault}" : "")}"));
        }

        var (sum, pairs) = (0.0, 0);
        for (var i = 0; i < answers.Count; i++)
        {
            for (var j = i + 1; j < answers.Count; j++)
            {
                var alike = Compare(answers[i], answers[j]);
                var back = Compare(answers[j], answers[i]);
                if (!alike.IsDefined || !back.IsDefined)
                {
                    return new(Score.Undefined((alike.Reason ?? back.Reason)!.Cause, $"two answers cannot be compared: {(alike.Reason ?? back.Reason)!.Detail}")); // One of them is undefined.
                }

                sum += (alike.Number + back.Number) / 2 * _scale;
                pairs++;
            }
        }

        var share = Math.Clamp(sum / pairs, 0, 1);
        return new(Score.Of(share, share < 1 ? $"{answers.Distinct(StringComparer.Ordinal).Count()} different answers to {answers.Count} wordings" : ""));
    }

    /// <summary>Two equal texts are alike, also where the metric has no value for them (both empty).</summary>
    private MetricValue Compare(string one, string other)
    {
        if (one == other)
        {
            return MetricValue.Of(1 / _scale);
        }

        var statistics = new double[_metric.Width];
        return _metric.TryMeasure(new TextSample(one, other), statistics, out var reason) ? _metric.Combine(statistics, 1) : MetricValue.Undefined(reason);
    }
}
