using Gyre.Evaluation.Metrics.Answers;
using Gyre.Evaluation.Metrics.Edits;

namespace Gyre.Evaluation.Metrics;

/// <summary>The metrics of texts that recipes can name. A new metric is its own file and one line here.</summary>
public static class MetricCatalogue
{
    private static readonly IMetric<TextSample>[] Known =
    [
        ExactMatch.Metric,
        ExactMatch.SquadMetric,
        TokenOverlap.Metric,
        TokenOverlap.SquadMetric,
        Contains.Metric,
        Contains.WordsMetric,
        NumericAnswer.Metric,
        NumericAnswer.MarkedMetric,
        Levenshtein.DistanceMetric,
        Levenshtein.SimilarityMetric,
        Damerau.DistanceMetric,
        Damerau.AlignmentMetric,
        Jaro.Metric,
        Jaro.WinklerMetric,
        Jaro.WinklerBoostMetric,
        LongestCommon.SubsequenceMetric,
        LongestCommon.SubstringMetric,
    ];

    /// <summary>Every name, in the order of registration.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Known.Select(metric => metric.Name)];

    /// <summary>The metric of a name, or null when there is none.</summary>
    public static IMetric<TextSample>? Find(string name) => Array.Find(Known, metric => metric.Name == name);
}
