namespace Gyre.Evaluation.Metrics;

/// <summary>Compares a text with each of its references and keeps the best.</summary>
internal static class BestReference
{
    /// <summary>A metric that is a mean over samples of the best reference's value.</summary>
    /// <param name="name">The stable name.</param>
    /// <param name="form">What the number means; its direction says what the best is.</param>
    /// <param name="compare">Candidate and reference to a value.</param>
    public static IMetric<TextSample> Mean(string name, MetricForm form, Func<string, string, MetricValue> compare) =>
        new MeanMetric<TextSample>(name, form, sample => Of(sample, form.Direction, compare));

    /// <summary>The best defined value; undefined for the first reference's reason when no reference has one.</summary>
    public static MetricValue Of(TextSample sample, ScoreDirection direction, Func<string, string, MetricValue> compare)
    {
        if (sample.References.Count == 0)
        {
            return MetricValue.Undefined(UndefinedCause.NoReference, "the sample has no reference");
        }

        var best = compare(sample.Candidate, sample.References[0]);
        for (var i = 1; i < sample.References.Count; i++)
        {
            var value = compare(sample.Candidate, sample.References[i]);
            if (value.IsDefined && (!best.IsDefined || (direction == ScoreDirection.HigherIsBetter ? value.Number > best.Number : value.Number < best.Number)))
            {
                best = value;
            }
        }

        return best;
    }
}
