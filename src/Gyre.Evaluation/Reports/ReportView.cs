using Gyre.Evaluation.Experiments;
using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Reports;

/// <summary>A result, ordered as reports go through it.</summary>
internal sealed class ReportView
{
    private readonly Dictionary<(string Scorer, string? Task, string Segment), List<ReportRow>> _rows = [];
    private readonly Dictionary<(string Scorer, string? Task), List<string>> _segments = [];

    public ReportView(ExperimentResult result)
    {
        Result = result;
        var differences = result.Comparisons.ToDictionary(item => (item.Scorer, item.Task, item.Segment, item.Candidate));
        var forms = result.Metrics.ToDictionary(metric => (metric.Scorer, metric.Task), metric => metric.Form);
        foreach (var cell in result.Cells)
        {
            var place = (cell.Scorer, cell.Task, cell.Segment);
            if (!_rows.TryGetValue(place, out var rows))
            {
                _rows.Add(place, rows = []);
                if (!_segments.TryGetValue((cell.Scorer, cell.Task), out var segments))
                {
                    _segments.Add((cell.Scorer, cell.Task), segments = []);
                }

                segments.Add(cell.Segment);
            }

            var difference = differences.GetValueOrDefault((cell.Scorer, cell.Task, cell.Segment, cell.Candidate));
            rows.Add(new ReportRow(cell, difference, difference is null ? null : VerdictOf(difference, forms[(cell.Scorer, cell.Task)])));
        }

        Checks = [.. Gates(), .. Demands()];
    }

    public ExperimentResult Result { get; }

    /// <summary>The lines of the gate, then the demands of the recipe, then whether all calls answered.</summary>
    public IReadOnlyList<ReportCheck> Checks { get; }

    /// <summary>The level of significance that belongs to the intervals.</summary>
    public double Alpha => 1 - Result.Comparison.Confidence;

    public string Confidence => MetricText.Confidence(Result.Comparison.Confidence);

    public static string NameOf(ExperimentMetric metric) => metric.Task is null ? metric.Scorer : $"{metric.Scorer} ({metric.Task})";

    public static string DirectionOf(MetricForm form) => form.Direction == ScoreDirection.HigherIsBetter ? "more is better" : "less is better";

    /// <summary>The lines of a metric in one part of the rows; empty when nothing was measured.</summary>
    public IReadOnlyList<ReportRow> Rows(ExperimentMetric metric, string segment = "") => _rows.TryGetValue((metric.Scorer, metric.Task, segment), out var rows) ? rows : [];

    /// <summary>The parts of the rows that a metric was measured on, without all rows.</summary>
    public IEnumerable<string> Segments(ExperimentMetric metric) => _segments.TryGetValue((metric.Scorer, metric.Task), out var segments) ? segments.Where(segment => segment.Length > 0) : [];

    /// <summary>What a thousand answers of a candidate cost; null when that is not known.</summary>
    public static decimal? CostOfThousand(CandidateSummary candidate) =>
        candidate.Cost is { } cost && candidate.Rows > candidate.Failed ? cost * 1000 / (candidate.Rows - candidate.Failed) : null;

    private Verdict VerdictOf(ExperimentComparison item, MetricForm form)
    {
        if (!item.Comparison.Difference.IsDefined || (item.AdjustedPValue ?? item.Comparison.PValue) is not { } probability)
        {
            return Verdict.Undefined;
        }

        var difference = item.Comparison.Difference.Number;
        return probability > Alpha || difference == 0 ? Verdict.NotShown
            : difference > 0 == (form.Direction == ScoreDirection.HigherIsBetter) ? Verdict.Better : Verdict.Worse;
    }

    private IEnumerable<ReportCheck> Gates()
    {
        var metrics = Result.Metrics.ToDictionary(metric => (metric.Scorer, metric.Task));
        foreach (var gate in Result.Gates)
        {
            var metric = metrics[(gate.Scorer, gate.Task)];
            var (finding, unit) = (gate.Finding, metric.Form.Unit);
            var found = finding.Difference.IsDefined ? $"the difference is {MetricText.Difference(unit, finding.Difference.Number)}" : $"nothing was shown: {finding.Difference.Reason.Detail}";
            yield return new ReportCheck(
                gate.Candidate,
                $"{NameOf(metric)} worse by at most {MetricText.Size(unit, gate.Tolerance)}",
                gate.Verdict == GateVerdict.Passed,
                found + (gate.AdjustedPValue is { } p ? $", p {(p < 0.001 ? "" : "= ")}{MetricText.Probability(p)} of so bad a difference within the tolerance" : "")
                    + (finding.DetectableRegression is { } least ? $"; {MetricText.Count(finding.Pairs)} pairs show a worsening from {MetricText.Size(unit, least)}" : ""));
        }
    }

    private IEnumerable<ReportCheck> Demands()
    {
        foreach (var metric in Result.Metrics.Where(metric => metric.Threshold is not null))
        {
            foreach (var row in Rows(metric).Where(row => row.Cell.IsMet is not null))
            {
                var (cell, unit) = (row.Cell, metric.Form.Unit);
                var found = cell.Value.IsDefined ? $"found {MetricText.Value(unit, cell.Value.Number)}" : $"there is no value: {cell.Value.Reason.Detail}";
                var sign = metric.Form.Direction == ScoreDirection.HigherIsBetter ? "≥" : "≤";
                yield return new ReportCheck(
                    cell.Candidate,
                    $"{NameOf(metric)} {sign} {MetricText.Value(unit, metric.Threshold!.Value)}", // Filtered above.
                    cell.IsMet is true,
                    cell.Undefined == 0 ? found : $"{found}; {MetricText.Count(cell.Undefined)} of {MetricText.Count(cell.Undefined + cell.Count)} answers have no value ({cell.Reason}), so nothing was shown");
            }
        }

        foreach (var candidate in Result.Candidates)
        {
            yield return new ReportCheck(
                candidate.Name,
                "all calls answered",
                candidate.Failed == 0,
                candidate.Failed == 0 ? $"{MetricText.Count(candidate.Rows)} calls answered" : $"{MetricText.Count(candidate.Failed)} of {MetricText.Count(candidate.Rows)} calls failed");
        }
    }
}
