using Gyre.Evaluation.Statistics;

namespace Gyre.Evaluation.Runs;

/// <summary>Makes the lines of the result table from the rows' scores.</summary>
internal static class MetricSummary
{
    public static MetricResult Summarize(MetricPlan plan, IEnumerable<RowResult> rows, EvaluationRunOptions options)
    {
        var values = new List<double>();
        var reasons = new List<string>();
        foreach (var row in rows.Where(row => row.Task == plan.Task))
        {
            if (row.Error is not null)
            {
                reasons.Add("the call failed");
            }
            else if (row.Scores.TryGetValue(plan.Scorer.Name, out var score) && score.Value is { } value)
            {
                values.Add(value);
            }
            else
            {
                reasons.Add(score?.Reason ?? "not scored");
            }
        }

        if (values.Count == 0 && reasons.Count == 0)
        {
            reasons.Add("no row of this task");
        }

        var mean = values.Count == 0 ? (double?)null : values.Sum() / values.Count;
        return new MetricResult(
            plan.Task,
            plan.Scorer.Name,
            plan.Scorer.Form.Direction,
            values.Count,
            values.Count == 0 && reasons is ["no row of this task"] ? 0 : reasons.Count,
            mean,
            IntervalOf(values, options),
            plan.Threshold,
            plan.Threshold is { } threshold ? mean is { } found && reasons.Count == 0 && Meets(found, threshold, plan.Scorer.Form.Direction) : null,
            reasons.Count == 0 ? "" : reasons.CountBy(reason => reason).MaxBy(pair => pair.Value).Key);
    }

    private static bool Meets(double mean, double threshold, ScoreDirection direction) =>
        direction == ScoreDirection.HigherIsBetter ? mean >= threshold : mean <= threshold;

    private static Interval? IntervalOf(List<double> values, EvaluationRunOptions options)
    {
        if (values.Count == 0)
        {
            return null;
        }

        return values.TrueForAll(value => value is 0 or 1)
            ? ConfidenceIntervals.Wilson(values.Count(value => value == 1), values.Count, options.Confidence)
            : ConfidenceIntervals.Bootstrap(values, options.Seed, options.Confidence);
    }
}
