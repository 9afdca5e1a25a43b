namespace Gyre.Evaluation.Metrics.Vectors;

/// <summary>How well images and texts belong together, by the cosine of their vectors.</summary>
/// <remarks>Source: J. Hessel et al., "CLIPScore", 2021; the scale of 100 is that of the torchmetrics library.</remarks>
public static class ClipAlignment
{
    private const double Weight = 2.5;

    /// <summary><c>clipscore</c>: the mean of 2.5 · max(cos, 0).</summary>
    public static IMetric<ClipSample> Score { get; } = new MeanMetric<ClipSample>(
        "clipscore", new MetricForm(ScoreDirection.HigherIsBetter, MetricUnit.Number, 0, Weight, "Hessel et al. 2021"), sample => Scaled(sample.Image, sample.Text, Weight));

    /// <summary><c>clipscore-100</c>: the mean of max(100 · cos, 0).</summary>
    public static IMetric<ClipSample> ScoreOfHundred { get; } = new MeanMetric<ClipSample>(
        "clipscore-100", new MetricForm(ScoreDirection.HigherIsBetter, MetricUnit.Points, 0, 100, "torchmetrics CLIPScore"), sample => Scaled(sample.Image, sample.Text, 100));

    /// <summary><c>refclipscore</c>: the mean of the harmonic mean of the score and max(cos, 0) with the nearest of the reference texts.</summary>
    public static IMetric<ClipSample> ScoreWithReferences { get; } = new MeanMetric<ClipSample>(
        "refclipscore", new MetricForm(ScoreDirection.HigherIsBetter, MetricUnit.Number, 0, 2 * Weight / (1 + Weight), "Hessel et al. 2021, RefCLIPScore"), WithReferences);

    /// <summary><c>clip-delta</c>: the mean of the image's score less that of the reference image, for the same text. 0 is as good as the reference.</summary>
    public static IMetric<ClipSample> Delta { get; } = new MeanMetric<ClipSample>(
        "clip-delta", new MetricForm(ScoreDirection.HigherIsBetter, MetricUnit.Number, -Weight, Weight, "difference of two scores of Hessel et al. 2021"), sample =>
        {
            if (sample.ReferenceImage.IsEmpty)
            {
                return MetricValue.Undefined(UndefinedCause.NoReference, "the sample has no reference image");
            }

            var (own, reference) = (Scaled(sample.Image, sample.Text, Weight), Scaled(sample.ReferenceImage, sample.Text, Weight));
            return !own.IsDefined ? own : !reference.IsDefined ? reference : MetricValue.Of(own.Number - reference.Number);
        });

    /// <summary>Every metric of this family.</summary>
    public static IReadOnlyList<IMetric<ClipSample>> All { get; } = [Score, ScoreOfHundred, ScoreWithReferences, Delta];

    private static MetricValue Scaled(ReadOnlyMemory<float> first, ReadOnlyMemory<float> second, double scale)
    {
        var cosine = EmbeddingCosine.Between(first.Span, second.Span);
        return cosine.IsDefined ? MetricValue.Of(scale * Math.Max(0, cosine.Number)) : cosine;
    }

    private static MetricValue WithReferences(ClipSample sample)
    {
        if (sample.ReferenceTexts is not { Count: > 0 } references)
        {
            return MetricValue.Undefined(UndefinedCause.NoReference, "the sample has no reference text");
        }

        var score = Scaled(sample.Image, sample.Text, Weight);
        var best = 0.0;
        foreach (var reference in references)
        {
            var near = Scaled(sample.Text, reference, 1);
            if (!near.IsDefined)
            {
                return near;
            }

            best = Math.Max(best, near.Number);
        }

        return !score.IsDefined || score.Number + best == 0 ? score : MetricValue.Of(2 * score.Number * best / (score.Number + best));
    }
}
