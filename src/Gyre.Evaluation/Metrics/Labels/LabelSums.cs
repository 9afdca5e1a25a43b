namespace Gyre.Evaluation.Metrics.Labels;

/// <summary>Sums over samples for each class: said and right, true, said. Every measure of labels but weighted κ follows from them.</summary>
/// <param name="sums">[3 × classes]: right, then true, then said.</param>
/// <param name="classes">How many classes.</param>
internal readonly ref struct LabelSums(ReadOnlySpan<double> sums, int classes)
{
    private readonly ReadOnlySpan<double> _right = sums[..classes];
    private readonly ReadOnlySpan<double> _true = sums.Slice(classes, classes);
    private readonly ReadOnlySpan<double> _said = sums.Slice(2 * classes, classes);

    public static int WidthOf(LabelSet labels) => 3 * labels.Names.Count;

    public static void Add(Span<double> sums, int classes, int right, int said, double times = 1)
    {
        sums[classes + right] += times;
        if (said >= 0)
        {
            sums[(2 * classes) + said] += times;
        }

        if (right == said)
        {
            sums[right] += times;
        }
    }

    public static double Penalty(KappaWeights weights, int right, int said) =>
        weights == KappaWeights.Linear ? Math.Abs(right - said) : (double)(right - said) * (right - said);

    public MetricValue Accuracy(long count) => MetricValue.Ratio(Sum(_right), count, "no samples");

    public MetricValue Of(LabelMeasure measure, int place, string name) => measure switch
    {
        LabelMeasure.Precision => MetricValue.Ratio(_right[place], _said[place], $"class '{name}' is never predicted"),
        LabelMeasure.Recall => MetricValue.Ratio(_right[place], _true[place], $"class '{name}' is never the reference"),
        _ => MetricValue.Ratio(2 * _right[place], _said[place] + _true[place], $"class '{name}' is neither predicted nor the reference"),
    };

    public MetricValue Average(LabelMeasure measure, LabelAverage average, ZeroDivision zero, LabelSet labels)
    {
        if (average == LabelAverage.Micro)
        {
            var (right, said, trues) = (Sum(_right), Sum(_said), Sum(_true));
            var micro = measure switch
            {
                LabelMeasure.Precision => MetricValue.Ratio(right, said, "no class is ever predicted"),
                LabelMeasure.Recall => MetricValue.Ratio(right, trues, "no samples"),
                _ => MetricValue.Ratio(2 * right, said + trues, "no samples"),
            };
            return micro.IsDefined || zero == ZeroDivision.Undefined ? micro : MetricValue.Of(0);
        }

        var (sum, weights) = (0.0, 0.0);
        for (var k = 0; k < _right.Length; k++)
        {
            var weight = average == LabelAverage.Macro ? 1 : _true[k];
            if (weight == 0)
            {
                continue;
            }

            var value = Of(measure, k, labels.Names[k]);
            if (!value.IsDefined && zero == ZeroDivision.Undefined)
            {
                return value;
            }

            sum += value.IsDefined ? weight * value.Number : 0;
            weights += weight;
        }

        return MetricValue.Ratio(sum, weights, "no samples");
    }

    public MetricValue Mcc(long count)
    {
        var (right, products, said, trues) = (Sum(_right), 0.0, 0.0, 0.0);
        var outside = count - Sum(_said);
        for (var k = 0; k < _right.Length; k++)
        {
            products += _said[k] * _true[k];
            said += _said[k] * _said[k];
            trues += _true[k] * _true[k];
        }

        var square = (double)count * count;
        return MetricValue.Ratio(
            (right * count) - products,
            Math.Sqrt(square - said - (outside * outside)) * Math.Sqrt(square - trues),
            "all predictions or all references are of one class");
    }

    public MetricValue Kappa(long count)
    {
        var chance = 0.0;
        for (var k = 0; k < _right.Length; k++)
        {
            chance += _said[k] * _true[k];
        }

        return MetricValue.Ratio((Sum(_right) * count) - chance, ((double)count * count) - chance, "both raters say one and the same class only");
    }

    public MetricValue WeightedKappa(KappaWeights weights, double penalty, long count)
    {
        var chance = 0.0;
        for (var i = 0; i < _true.Length; i++)
        {
            for (var j = 0; j < _said.Length; j++)
            {
                chance += Penalty(weights, i, j) * _true[i] * _said[j];
            }
        }

        return chance == 0
            ? MetricValue.Undefined(UndefinedCause.ZeroDenominator, "both raters say one and the same class only")
            : MetricValue.Of(1 - (penalty * count / chance));
    }

    private static double Sum(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += value;
        }

        return sum;
    }
}
