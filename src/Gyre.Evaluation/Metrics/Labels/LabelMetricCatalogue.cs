namespace Gyre.Evaluation.Metrics.Labels;

/// <summary>The metrics of labels that recipes can name when they name the classes too. A new one is one line here.</summary>
public static class LabelMetricCatalogue
{
    private static readonly Func<LabelSet, IMetric<TextSample>>[] Known =
    [
        LabelMetrics.Accuracy,
        .. Enum.GetValues<LabelMeasure>().SelectMany(measure => Enum.GetValues<LabelAverage>().SelectMany(average => Enum.GetValues<ZeroDivision>().Select(
            zero => new Func<LabelSet, IMetric<TextSample>>(labels => LabelMetrics.Average(labels, measure, average, zero))))),
        LabelMetrics.Mcc,
        .. Enum.GetValues<KappaWeights>().Select(weights => new Func<LabelSet, IMetric<TextSample>>(labels => LabelMetrics.Kappa(labels, weights))),
    ];

    /// <summary>Every name: <c>accuracy</c>, <c>precision-micro</c>, <c>f1-macro-zero</c>, <c>mcc</c>, <c>kappa-linear</c> and so on.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Known.Select(make => make(new LabelSet(["a", "b"])).Name)];

    /// <summary>The metric of a name over classes, or null when there is none. <c>precision-class-NAME</c>, <c>recall-class-NAME</c> and <c>f1-class-NAME</c> are of one class.</summary>
    /// <param name="name">The name.</param>
    /// <param name="labels">The classes.</param>
    /// <exception cref="ArgumentException">The name is of a class that is none of them.</exception>
    public static IMetric<TextSample>? Find(string name, LabelSet labels)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(labels);
        foreach (var measure in Enum.GetValues<LabelMeasure>())
        {
            var start = $"{measure.ToString().ToLowerInvariant()}-class-";
            if (name.StartsWith(start, StringComparison.Ordinal))
            {
                return LabelMetrics.OfClass(labels, measure, name[start.Length..]);
            }
        }

        var index = ((List<string>)[.. Names]).IndexOf(name);
        return index < 0 ? null : Known[index](labels);
    }
}
