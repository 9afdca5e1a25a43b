using Gyre.Evaluation.Scorers;

namespace Gyre.Evaluation.Metrics.Answers;

/// <summary>Whether an answer is one of the references.</summary>
public static class ExactMatch
{
    /// <summary><c>exact-match-verbatim</c>: the share of candidates that equal a reference character by character.</summary>
    public static IMetric<TextSample> Metric { get; } = BestReference.Mean(
        "exact-match-verbatim",
        MetricForm.Share("ordinal equality"),
        (candidate, reference) => MetricValue.Of(string.Equals(candidate, reference, StringComparison.Ordinal) ? 1 : 0));

    /// <summary><c>exact-match-squad</c>: the share of candidates that equal a reference in SQuAD's normal form.</summary>
    public static IMetric<TextSample> SquadMetric { get; } = BestReference.Mean(
        "exact-match-squad",
        MetricForm.Share("Rajpurkar et al. 2016 and 2018; the SQuAD 2.0 evaluation"),
        (candidate, reference) => MetricValue.Of(TextComparison.NormalizeAnswer(candidate) == TextComparison.NormalizeAnswer(reference) ? 1 : 0));
}
