using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Metrics.Vectors;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Metrics.Vectors;

public sealed class EmbeddingCosineTests
{
    [Fact]
    public void The_nearest_reference_counts()
    {
        var sample = new VectorSample(new float[] { 3, 4 }, [new float[] { -4, 3 }, new float[] { 4, 3 }]);
        EmbeddingCosine.Metric.Of(sample).Number.ShouldBe(24 / 25.0, 1e-15);
        EmbeddingCosine.Between([1e30f, 1e30f], [1, 1]).Number.ShouldBe(1, 1e-12);
    }

    [Fact]
    public void Vectors_without_a_direction_are_undefined_by_cause()
    {
        EmbeddingCosine.Between([0, 0], [1, 1]).Reason!.Cause.ShouldBe(UndefinedCause.ZeroDenominator);
        EmbeddingCosine.Between([1], [1, 1]).Reason!.Cause.ShouldBe(UndefinedCause.MissingInput);
        EmbeddingCosine.Between([float.NaN], [1]).Reason!.Cause.ShouldBe(UndefinedCause.MissingInput);
        EmbeddingCosine.Metric.Of(new VectorSample(new float[] { 1 }, [])).Reason!.Cause.ShouldBe(UndefinedCause.NoReference);
    }
}
