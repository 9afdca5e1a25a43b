namespace Gyre.Evaluation.Metrics.Vectors;

/// <summary>The cosine between two vectors.</summary>
public static class EmbeddingCosine
{
    /// <summary><c>embedding-cosine</c>: the mean over samples of the cosine with the nearest reference.</summary>
    public static IMetric<VectorSample> Metric { get; } = new MeanMetric<VectorSample>(
        "embedding-cosine",
        new MetricForm(ScoreDirection.HigherIsBetter, MetricUnit.Number, -1, 1, "dot product of unit vectors"),
        sample =>
        {
            var best = MetricValue.Undefined(UndefinedCause.NoReference, "the sample has no reference");
            for (var i = 0; i < sample.References.Count; i++)
            {
                var value = Between(sample.Candidate.Span, sample.References[i].Span);
                best = i == 0 || (value.IsDefined && (!best.IsDefined || value.Number > best.Number)) ? value : best;
            }

            return best;
        });

    /// <summary>The cosine, −1 to 1; undefined for vectors without a direction.</summary>
    /// <remarks>Sums run in double precision, so that long vectors lose nothing.</remarks>
    public static MetricValue Between(ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        if (first.Length != second.Length)
        {
            return MetricValue.Undefined(UndefinedCause.MissingInput, $"the vectors have {first.Length} and {second.Length} elements, and as many are expected");
        }

        var length = LengthOf(first) * LengthOf(second);
        return double.IsFinite(length)
            ? length == 0 ? MetricValue.Undefined(UndefinedCause.ZeroDenominator, "a vector is zero") : MetricValue.Of(Math.Clamp(Dot(first, second) / length, -1, 1))
            : MetricValue.Undefined(UndefinedCause.MissingInput, "a vector has an element that is not a finite number");
    }

    /// <summary>The vector's length; not finite when an element is not.</summary>
    internal static double LengthOf(ReadOnlySpan<float> vector) => Math.Sqrt(Dot(vector, vector));

    internal static double Dot(ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        var dot = 0.0;
        for (var i = 0; i < first.Length; i++)
        {
            dot += (double)first[i] * second[i];
        }

        return dot;
    }
}
