using Gyre.Evaluation.Experiments;
using Gyre.Evaluation.Statistics;

namespace Gyre.Evaluation.Selection;

/// <summary>An experiment as evidence; it may know the candidates by other names.</summary>
internal sealed class ExperimentEvidence(ExperimentResult result, IReadOnlyDictionary<string, string> names) : IEvidence
{
    public Finding Find(SelectionObjective objective, string candidate)
    {
        var name = NameOf(candidate);
        if (result.Candidates.All(known => known.Name != name))
        {
            return Finding.Missing($"the experiment '{result.Name}' has no candidate '{name}'");
        }

        var cell = result.Cells.FirstOrDefault(cell => cell.Candidate == name && IsOf(objective, cell.Scorer, cell.Task, cell.Segment));
        if (cell is null || result.Metrics.FirstOrDefault(metric => metric.Scorer == objective.Metric && metric.Task == objective.Task) is not { } metric)
        {
            var known = string.Join(", ", result.Metrics.Select(metric => metric.Task is null ? metric.Scorer : $"{metric.Scorer} of {metric.Task}"));
            return Finding.Missing($"the experiment '{result.Name}' does not measure {objective.Metric}{(objective.Task is null ? "" : $" of {objective.Task}")}{(objective.Segment.Length == 0 ? "" : $" in {objective.Segment}")}; it has {known}");
        }

        return cell.Value.IsDefined
            ? new Finding(
                new Measurement(cell.Value.Number, cell.Interval?.Low, cell.Interval?.High, cell.Interval?.Confidence, metric.Form.Unit, cell.Count),
                "",
                metric.Form.Direction,
                metric.Form.Least,
                metric.Form.Greatest)
            {
                Note = cell.Undefined == 0 ? "" : $"{cell.Undefined} of {cell.Count + cell.Undefined} answers have no value ({cell.Reason})",
            }
            : Finding.Missing($"undefined: {cell.Value.Reason.Detail}");
    }

    public PairedDifference? Compare(SelectionObjective objective, string first, string second)
    {
        var (one, other) = (NameOf(first), NameOf(second));
        foreach (var item in result.Comparisons.Where(item => IsOf(objective, item.Scorer, item.Task, item.Segment)))
        {
            var sign = item.Candidate == one && item.Baseline == other ? 1 : item.Candidate == other && item.Baseline == one ? -1 : 0;
            if (sign != 0 && item.Comparison is { Difference.IsDefined: true, Interval: { } interval })
            {
                return new PairedDifference(sign * item.Comparison.Difference.Number, ErrorOf(interval.Low, interval.High, interval.Confidence));
            }
        }

        return null;
    }

    public CandidateSummary? CallsOf(string candidate) => result.Candidates.FirstOrDefault(known => known.Name == NameOf(candidate));

    /// <summary>The standard error that an interval of this width and confidence has where errors are normal.</summary>
    internal static double ErrorOf(double low, double high, double confidence) => (high - low) / (2 * Distributions.NormalQuantile(0.5 + (confidence / 2)));

    private static bool IsOf(SelectionObjective objective, string scorer, string? task, string segment) =>
        scorer == objective.Metric && task == objective.Task && segment == objective.Segment;

    private string NameOf(string candidate) => names.GetValueOrDefault(candidate, candidate);
}
