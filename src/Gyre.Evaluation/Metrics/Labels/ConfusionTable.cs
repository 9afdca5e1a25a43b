namespace Gyre.Evaluation.Metrics.Labels;

/// <summary>How often each class was predicted for each reference class, and every measure that follows from it.</summary>
/// <remarks>
/// Predictions outside the classes are wrong and counted in a column of their own. One thread at a time.
/// <para>Source: the definitions of scikit-learn 1.2; B. Matthews 1975 and J. Gorodkin 2004 for the coefficient; J. Cohen 1960 and 1968 for κ.</para>
/// </remarks>
public sealed class ConfusionTable
{
    private readonly long[] _counts;
    private readonly double[] _sums;

    /// <summary>An empty table.</summary>
    public ConfusionTable(LabelSet labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        Labels = labels;
        _counts = new long[labels.Names.Count * (labels.Names.Count + 1)];
        _sums = new double[LabelSums.WidthOf(labels)];
    }

    /// <summary>The classes.</summary>
    public LabelSet Labels { get; }

    /// <summary>Samples in the table.</summary>
    public long Count { get; private set; }

    /// <summary>Accuracy.</summary>
    public MetricValue Accuracy => Sums.Accuracy(Count);

    /// <summary>Matthews' correlation coefficient of two or more classes.</summary>
    public MetricValue Mcc => Sums.Mcc(Count);

    private LabelSums Sums => new(_sums, Labels.Names.Count);

    /// <summary>How often <paramref name="predicted"/> was said where <paramref name="reference"/> was right.</summary>
    /// <param name="reference">The place of a class.</param>
    /// <param name="predicted">The place of a class, or −1 for everything outside them.</param>
    public long this[int reference, int predicted]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(reference);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(reference, Labels.Names.Count);
            ArgumentOutOfRangeException.ThrowIfLessThan(predicted, -1);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(predicted, Labels.Names.Count);
            return _counts[CellOf(reference, predicted)];
        }
    }

    /// <summary>Adds a sample.</summary>
    /// <param name="reference">One of the classes.</param>
    /// <param name="predicted">Any text.</param>
    /// <param name="times">How often.</param>
    public void Add(string reference, string predicted, int times = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(times);
        var (right, said) = (Labels.PlaceOf(reference), Labels.PlaceOf(predicted));
        if (right < 0)
        {
            throw new ArgumentException($"Count a label: found reference '{reference}'; expected one of the {Labels.Names.Count} classes.", nameof(reference));
        }

        _counts[CellOf(right, said)] += times;
        LabelSums.Add(_sums, Labels.Names.Count, right, said, times);
        Count += times;
    }

    /// <summary>Precision, recall or F1 of one class.</summary>
    public MetricValue Of(LabelMeasure measure, string label)
    {
        var place = Labels.PlaceOf(label);
        return place >= 0
            ? Sums.Of(measure, place, Labels.Names[place])
            : throw new ArgumentException($"Measure a class: found '{label}'; expected one of the {Labels.Names.Count} classes.", nameof(label));
    }

    /// <summary>Precision, recall or F1 over all classes.</summary>
    public MetricValue Average(LabelMeasure measure, LabelAverage average, ZeroDivision zero = ZeroDivision.Undefined) => Sums.Average(measure, average, zero, Labels);

    /// <summary>Cohen's κ between reference and prediction; weights need predictions inside the classes.</summary>
    public MetricValue Kappa(KappaWeights weights = KappaWeights.None)
    {
        if (weights == KappaWeights.None)
        {
            return Sums.Kappa(Count);
        }

        var penalty = 0.0;
        for (var i = 0; i < Labels.Names.Count; i++)
        {
            if (this[i, -1] > 0)
            {
                return MetricValue.Undefined(UndefinedCause.MissingInput, "a prediction outside the classes has no distance from the right one");
            }

            for (var j = 0; j < Labels.Names.Count; j++)
            {
                penalty += LabelSums.Penalty(weights, i, j) * this[i, j];
            }
        }

        return Sums.WeightedKappa(weights, penalty, Count);
    }

    private int CellOf(int reference, int predicted) => (reference * (Labels.Names.Count + 1)) + (predicted < 0 ? Labels.Names.Count : predicted);
}
