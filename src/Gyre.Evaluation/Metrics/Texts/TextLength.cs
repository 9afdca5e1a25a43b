namespace Gyre.Evaluation.Metrics.Texts;

/// <summary>How long texts are. No length is better as such; tables show shorter as better.</summary>
public static class TextLength
{
    /// <summary><c>length-characters</c>: the mean number of Unicode scalar values.</summary>
    public static IMetric<TextSample> Characters { get; } = Make("length-characters", counts => counts.Characters);

    /// <summary><c>length-words</c>: the mean number of words.</summary>
    public static IMetric<TextSample> Words { get; } = Make("length-words", counts => counts.Words);

    /// <summary><c>length-sentences</c>: the mean number of sentences.</summary>
    public static IMetric<TextSample> Sentences { get; } = Make("length-sentences", counts => counts.Sentences);

    /// <summary><c>length-ratio</c>: words of all candidates ÷ words of all references, of each sample the reference nearest in length.</summary>
    public static IMetric<TextSample> Ratio { get; } = new SumsMetric<TextSample>(
        "length-ratio",
        new MetricForm(ScoreDirection.LowerIsBetter, MetricUnit.Number, 0, double.PositiveInfinity, "words by TextCounts"),
        2,
        (sample, sums) =>
        {
            if (sample.References.Count == 0)
            {
                return new Undefined(UndefinedCause.NoReference, "the sample has no reference");
            }

            var words = TextCounts.Of(sample.Candidate).Words;
            var nearest = sample.References.Select(reference => TextCounts.Of(reference).Words).MinBy(length => Math.Abs(length - words));
            (sums[0], sums[1]) = (words, nearest);
            return nearest == 0 ? new Undefined(UndefinedCause.EmptyReference, "the reference has no words") : null;
        },
        (sums, _) => MetricValue.Ratio(sums[0], sums[1], "the references have no words"));

    private static MeanMetric<TextSample> Make(string name, Func<TextCounts, long> count) => new(
        name,
        new MetricForm(ScoreDirection.LowerIsBetter, MetricUnit.Count, 0, double.PositiveInfinity, "TextCounts"),
        sample => MetricValue.Of(count(TextCounts.Of(sample.Candidate))));
}
