using Gyre.Evaluation.Metrics.Labels;

namespace Gyre.Evaluation.Metrics.Agreement;

/// <summary>Cohen's κ: agreement of two raters beyond chance.</summary>
/// <remarks>Source: J. Cohen 1960; weighted: J. Cohen 1968. Equals scikit-learn's cohen_kappa_score.</remarks>
public static class CohenKappa
{
    /// <summary>κ of two raters over the same items.</summary>
    /// <param name="first">One label an item.</param>
    /// <param name="second">As many labels.</param>
    /// <param name="weights">How wrong it is to say one class for another.</param>
    /// <param name="labels">The classes in order; null takes those seen, in ordinal order.</param>
    public static MetricValue Of(IReadOnlyList<string> first, IReadOnlyList<string> second, KappaWeights weights = KappaWeights.None, LabelSet? labels = null)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (first.Count != second.Count)
        {
            throw new ArgumentException($"Compare raters: found {first.Count} and {second.Count} labels; expected one of each rater for every item.", nameof(second));
        }

        if (first.Count == 0)
        {
            return MetricValue.Undefined(UndefinedCause.NoSamples, "there are no items");
        }

        if (labels is null && first.Concat(second).Select(label => label.Trim()).Distinct(StringComparer.Ordinal).Take(2).Count() < 2)
        {
            return MetricValue.Undefined(UndefinedCause.ZeroDenominator, "both raters say one and the same class only");
        }

        var table = new ConfusionTable(labels ?? LabelSet.Seen(first.Concat(second)));
        for (var i = 0; i < first.Count; i++)
        {
            table.Add(first[i], second[i]);
        }

        return table.Kappa(weights);
    }
}
