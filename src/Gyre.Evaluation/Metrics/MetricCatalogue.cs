using Gyre.Evaluation.Metrics.Answers;
using Gyre.Evaluation.Metrics.Edits;
using Gyre.Evaluation.Metrics.Texts;

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
        Readability.FleschReadingEaseMetric,
        Readability.FleschKincaidMetric,
        Readability.GunningFogMetric,
        Readability.SmogMetric,
        Readability.ColemanLiauMetric,
        Readability.AutomatedReadabilityMetric,
        Diversity.DistinctMetric(1),
        Diversity.DistinctMetric(2),
        Diversity.DistinctMetric(3),
        Diversity.LexicalDiversityMetric,
        Repetition.NGramMetric(3),
        Repetition.NGramMetric(4),
        Repetition.LongestRunMetric,
        TextLength.Characters,
        TextLength.Words,
        TextLength.Sentences,
        TextLength.Ratio,
    ];

    /// <summary>Every name, in the order of registration.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Known.Select(metric => metric.Name)];

    /// <summary>The metric of a name, or null when there is none.</summary>
    public static IMetric<TextSample>? Find(string name) => Array.Find(Known, metric => metric.Name == name);
}
