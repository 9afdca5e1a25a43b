using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Metrics.Vectors;

namespace Gyre.Evaluation.Tests.Metrics.Vectors;

public sealed class ClipAlignmentTests
{
    private static readonly float[] Right = [1, 0];
    private static readonly float[] Slanted = [3, 4];
    private static readonly float[] Opposite = [-1, 0];

    [Fact]
    public void The_score_is_two_and_a_half_cosines_and_never_below_0()
    {
        Value(ClipAlignment.Score, new ClipSample(Slanted, Right)).Number.ShouldBe(1.5, 1e-12);
        Value(ClipAlignment.ScoreOfHundred, new ClipSample(Slanted, Right)).Number.ShouldBe(60, 1e-12);
        Value(ClipAlignment.Score, new ClipSample(Opposite, Right)).Number.ShouldBe(0);
    }

    [Fact]
    public void The_score_with_references_is_the_harmonic_mean_with_the_nearest_reference()
    {
        var sample = new ClipSample(Slanted, Right) { ReferenceTexts = [Opposite, new float[] { 4, 3 }] };

        Value(ClipAlignment.ScoreWithReferences, sample).Number.ShouldBe(2 * 1.5 * 0.8 / (1.5 + 0.8), 1e-12);
        Value(ClipAlignment.ScoreWithReferences, new ClipSample(Opposite, Right) { ReferenceTexts = [Opposite] }).Number.ShouldBe(0);
        Value(ClipAlignment.ScoreWithReferences, new ClipSample(Right, Right) { ReferenceTexts = [Right] }).Number.ShouldBe(ClipAlignment.ScoreWithReferences.Form.Greatest, 1e-12);
        Value(ClipAlignment.ScoreWithReferences, new ClipSample(Slanted, Right)).Reason!.Cause.ShouldBe(UndefinedCause.NoReference);
    }

    [Fact]
    public void The_delta_is_the_score_less_that_of_the_reference_image()
    {
        Value(ClipAlignment.Delta, new ClipSample(Slanted, Right) { ReferenceImage = Right }).Number.ShouldBe(1.5 - 2.5, 1e-12);
        Value(ClipAlignment.Delta, new ClipSample(Slanted, Right)).Reason!.Cause.ShouldBe(UndefinedCause.NoReference);
    }

    [Fact]
    public void Vectors_that_cannot_be_compared_are_undefined_in_every_metric()
    {
        foreach (var metric in ClipAlignment.All)
        {
            foreach (var text in new[] { new float[] { 0, 0 }, [float.NaN, 1], [1, 2, 3] })
            {
                Value(metric, new ClipSample(Right, text) { ReferenceImage = Right, ReferenceTexts = [Right] }).IsDefined.ShouldBeFalse(metric.Name);
            }
        }
    }

    private static MetricValue Value(IMetric<ClipSample> metric, ClipSample sample) => new MetricTotal<ClipSample>(metric).Add(sample);
}
