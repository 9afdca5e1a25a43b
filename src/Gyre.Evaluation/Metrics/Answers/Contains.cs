using Gyre.Evaluation.Scorers;

namespace Gyre.Evaluation.Metrics.Answers;

/// <summary>Whether a reference stands somewhere in the answer.</summary>
public static class Contains
{
    /// <summary><c>contains</c>: the share of candidates in which a reference stands, character by character.</summary>
    public static IMetric<TextSample> Metric { get; } = BestReference.Mean(
        "contains",
        MetricForm.Share("ordinal search"),
        (candidate, reference) => reference.Length == 0 ? Empty : MetricValue.Of(candidate.Contains(reference, StringComparison.Ordinal) ? 1 : 0));

    /// <summary><c>contains-words</c>: the share of candidates in which a reference stands as whole words, case and white space aside.</summary>
    public static IMetric<TextSample> WordsMetric { get; } = BestReference.Mean(
        "contains-words",
        MetricForm.Share("search for whole words; see TextComparison.ContainsPhrase"),
        (candidate, reference) =>
        {
            var phrase = TextComparison.NormalizeSpaces(reference);
            return phrase.Length == 0 ? Empty : MetricValue.Of(TextComparison.ContainsPhrase(TextComparison.NormalizeSpaces(candidate), phrase) ? 1 : 0);
        });

    private static MetricValue Empty { get; } = MetricValue.Undefined(UndefinedCause.EmptyReference, "the reference holds no characters to look for");
}
