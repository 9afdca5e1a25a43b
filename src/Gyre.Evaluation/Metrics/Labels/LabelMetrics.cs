namespace Gyre.Evaluation.Metrics.Labels;

/// <summary>Metrics of candidates that are labels, beside one reference label each.</summary>
/// <remarks>
/// A candidate outside the classes is wrong. A reference outside them, or several references, leave the sample undefined.
/// <para>Cost: 3 sums a class, one more for weighted κ.</para>
/// <para>Source: see <see cref="ConfusionTable"/>.</para>
/// </remarks>
public static class LabelMetrics
{
    /// <summary><c>accuracy</c>: the share of right labels.</summary>
    public static IMetric<TextSample> Accuracy(LabelSet labels) =>
        Make("accuracy", MetricForm.Share("scikit-learn accuracy_score"), labels, (sums, count) => Read(sums, labels).Accuracy(count));

    /// <summary><c>precision-macro</c>, <c>f1-weighted-zero</c> and so on: a measure over all classes.</summary>
    public static IMetric<TextSample> Average(LabelSet labels, LabelMeasure measure, LabelAverage average, ZeroDivision zero = ZeroDivision.Undefined) => Make(
        $"{Lower(measure)}-{Lower(average)}{(zero == ZeroDivision.Zero ? "-zero" : "")}",
        MetricForm.Share("scikit-learn precision_recall_fscore_support"),
        labels,
        (sums, _) => Read(sums, labels).Average(measure, average, zero, labels));

    /// <summary><c>recall-class-NAME</c> and so on: a measure of one class.</summary>
    public static IMetric<TextSample> OfClass(LabelSet labels, LabelMeasure measure, string label)
    {
        ArgumentNullException.ThrowIfNull(labels);
        var place = labels.PlaceOf(label);
        if (place < 0)
        {
            throw new ArgumentException($"Make a metric of a class: found '{label}'; expected one of the {labels.Names.Count} classes.", nameof(label));
        }

        return Make(
            $"{Lower(measure)}-class-{labels.Names[place]}",
            MetricForm.Share("scikit-learn precision_recall_fscore_support"),
            labels,
            (sums, _) => Read(sums, labels).Of(measure, place, labels.Names[place]));
    }

    /// <summary><c>mcc</c>: Matthews' correlation coefficient of two or more classes.</summary>
    public static IMetric<TextSample> Mcc(LabelSet labels) => Make(
        "mcc",
        new MetricForm(ScoreDirection.HigherIsBetter, MetricUnit.Number, -1, 1, "Gorodkin 2004; scikit-learn matthews_corrcoef"),
        labels,
        (sums, count) => Read(sums, labels).Mcc(count));

    /// <summary><c>kappa</c>, <c>kappa-linear</c>, <c>kappa-quadratic</c>: Cohen's κ between candidates and references.</summary>
    public static IMetric<TextSample> Kappa(LabelSet labels, KappaWeights weights = KappaWeights.None)
    {
        var form = new MetricForm(ScoreDirection.HigherIsBetter, MetricUnit.Number, -1, 1, "Cohen 1960 and 1968; scikit-learn cohen_kappa_score");
        return weights == KappaWeights.None
            ? Make("kappa", form, labels, (sums, count) => Read(sums, labels).Kappa(count))
            : new SumsMetric<TextSample>(
                $"kappa-{Lower(weights)}",
                form,
                LabelSums.WidthOf(labels) + 1,
                (sample, sums) => Write(sample, sums, labels, weights),
                (sums, count) => Read(sums, labels).WeightedKappa(weights, sums[^1], count));
    }

    private static SumsMetric<TextSample> Make(string name, MetricForm form, LabelSet labels, ValueOfSums value)
    {
        ArgumentNullException.ThrowIfNull(labels);
        return new SumsMetric<TextSample>(name, form, LabelSums.WidthOf(labels), (sample, sums) => Write(sample, sums, labels, KappaWeights.None), value);
    }

    private static Undefined? Write(TextSample sample, Span<double> sums, LabelSet labels, KappaWeights weights)
    {
        if (sample.References.Count != 1)
        {
            return sample.References.Count == 0
                ? new Undefined(UndefinedCause.NoReference, "the sample has no label")
                : new Undefined(UndefinedCause.MissingInput, $"the sample has {sample.References.Count} labels, and one is expected");
        }

        var (right, said) = (labels.PlaceOf(sample.References[0]), labels.PlaceOf(sample.Candidate));
        if (right < 0)
        {
            return new Undefined(UndefinedCause.MissingInput, "the reference is none of the classes");
        }

        if (weights != KappaWeights.None)
        {
            if (said < 0)
            {
                return new Undefined(UndefinedCause.MissingInput, "a prediction outside the classes has no distance from the right one");
            }

            sums[^1] = LabelSums.Penalty(weights, right, said);
        }

        LabelSums.Add(sums, labels.Names.Count, right, said);
        return null;
    }

    private static LabelSums Read(ReadOnlySpan<double> sums, LabelSet labels) => new(sums, labels.Names.Count);

    private static string Lower<TName>(TName name)
        where TName : struct, Enum => name.ToString().ToLowerInvariant();
}
