using Gyre.Evaluation.Experiments;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Reports.Examples;
using Gyre.Evaluation.Statistics;

namespace Gyre.Evaluation.Reports;

/// <summary>Two experiments on the same version of a dataset, laid side by side as one result.</summary>
/// <remarks>
/// Its candidates are those of both, named with the mark of their run; one of them is the baseline. Differences are of pairs of answers to
/// the same row: McNemar's exact test where all values are 0 or 1, otherwise Student's t-test of pairs, with the interval of that
/// test, corrected by Holm over all of them. Metrics that are no means of rows stand side by side without a difference.
/// <para>Source: McNemar 1947; Student 1908; Holm 1979.</para>
/// </remarks>
/// <param name="Result">Both, as one result.</param>
/// <param name="LeftOut">What is only in one of them, or not the same in both, and why it is left out.</param>
public sealed record JoinedRuns(ExperimentResult Result, IReadOnlyList<string> LeftOut)
{
    /// <summary>Behind the names of the first run's candidates.</summary>
    public const string FirstMark = " · A";

    /// <summary>Behind the names of the second's.</summary>
    public const string SecondMark = " · B";

    /// <summary>Lays two experiments side by side.</summary>
    /// <param name="first">The first, A.</param>
    /// <param name="firstRows">Its rows; null when they are gone, and then nothing is paired with them.</param>
    /// <param name="second">The second, B.</param>
    /// <param name="secondRows">Its rows.</param>
    /// <param name="baseline">The candidate that others are compared with, with its mark; null for the first's own baseline.</param>
    /// <exception cref="EvaluationException">EVA0049: they are of different datasets or versions, or no candidate has the baseline's name. EVA0047: an index cannot be read.</exception>
    public static JoinedRuns Of(ExperimentResult first, ExperimentRows? firstRows, ExperimentResult second, ExperimentRows? secondRows, string? baseline)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (first.DatasetDigest != second.DatasetDigest || first.Rows != second.Rows)
        {
            throw Fault($"'{first.Name}' is of {first.Rows} rows of '{first.Dataset}', version {Clip(first.DatasetDigest)}, and '{second.Name}' of {second.Rows} rows of '{second.Dataset}', version {Clip(second.DatasetDigest)}; expected the same version, for only answers to the same rows can be compared. Run one of them on the other's rows");
        }

        JoinedCandidate[] candidates =
        [
            .. first.Candidates.Select(candidate => new JoinedCandidate(candidate.Name + FirstMark, candidate, first, firstRows)),
            .. second.Candidates.Select(candidate => new JoinedCandidate(candidate.Name + SecondMark, candidate, second, secondRows)),
        ];
        baseline ??= first.Baseline + FirstMark;
        var compared = Array.Find(candidates, candidate => candidate.Name == baseline)
            ?? throw Fault($"the baseline is '{baseline}'; expected one of {string.Join(", ", candidates.Select(candidate => $"'{candidate.Name}'"))}");
        var leftOut = new List<string>();
        var metrics = Shared(first, second, leftOut);
        var cells = new List<ExperimentCell>();
        var comparisons = new List<ExperimentComparison>();
        foreach (var metric in metrics)
        {
            var values = candidates.Select(candidate => JoinedValues.Of(candidate, metric)).ToArray();
            cells.AddRange(values.Select(value => value.Cell).OfType<ExperimentCell>());
            var before = values[Array.IndexOf(candidates, compared)];
            comparisons.AddRange(values.Where(value => value.Candidate != compared && value.Cell is not null && before.Cell is not null).Select(value => value.Against(before, metric, first.Comparison.Confidence)));
        }

        return new JoinedRuns(
            new ExperimentResult(
                $"{first.Name} and {second.Name}", first.Dataset, first.DatasetDigest, first.Provenance, first.Rows, baseline, [.. candidates.Select(candidate => candidate.Summary with { Name = candidate.Name })], cells, Corrected(comparisons))
            {
                Metrics = metrics,
                Comparison = first.Comparison,
            },
            leftOut);
    }

    private static List<ExperimentMetric> Shared(ExperimentResult first, ExperimentResult second, List<string> leftOut)
    {
        var shared = new List<ExperimentMetric>();
        foreach (var metric in first.Metrics)
        {
            var other = second.Metrics.FirstOrDefault(known => known.Scorer == metric.Scorer && known.Task == metric.Task);
            if (other is null)
            {
                leftOut.Add($"{ReportView.NameOf(metric)}: only the first has it");
            }
            else if (other.Form != metric.Form)
            {
                leftOut.Add($"{ReportView.NameOf(metric)}: it is not the same metric in both (direction, unit, range or source differ)");
            }
            else
            {
                shared.Add(metric with { Threshold = null, Tolerance = null });
            }
        }

        leftOut.AddRange(second.Metrics.Where(metric => !first.Metrics.Any(known => known.Scorer == metric.Scorer && known.Task == metric.Task)).Select(metric => $"{ReportView.NameOf(metric)}: only the second has it"));
        return shared;
    }

    private static List<ExperimentComparison> Corrected(List<ExperimentComparison> comparisons)
    {
        var tested = comparisons.Where(item => item.Comparison.PValue is not null).ToArray();
        var adjusted = MultipleComparisons.Holm([.. tested.Select(item => item.Comparison.PValue!.Value)]); // Filtered just now.
        var values = tested.Zip(adjusted).ToDictionary(pair => pair.First, pair => pair.Second);
        return [.. comparisons.Select(item => values.TryGetValue(item, out var value) ? item with { AdjustedPValue = value } : item)];
    }

    private static EvaluationException Fault(string what) => new("EVA0049", $"Comparing two experiments failed: {what}.");

    private static string Clip(string digest) => digest.Length <= 12 ? digest : digest[..12] + "…";
}
