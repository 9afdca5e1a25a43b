using System.Globalization;
using System.Text;
using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Experiments;

/// <summary>The values of an experiment's first candidate as a Markdown table, for model cards.</summary>
public static class CandidateTable
{
    /// <summary>One line a scorer, over all rows.</summary>
    public static string ToMarkdown(ExperimentPlan plan, ExperimentResult result)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(result);
        var candidate = result.Candidates[0];
        var text = new StringBuilder("| task | metric | items | score | interval | wanted | |\n|---|---|---:|---:|---|---:|---|\n");
        foreach (var cell in result.Cells.Where(cell => cell.Candidate == candidate.Name && cell.Segment.Length == 0))
        {
            var scorer = plan.Scorers.First(known => known.Scorer.Name == cell.Scorer && known.Task == cell.Task);
            var form = scorer.Scorer.Form;
            var score = cell.Value.IsDefined ? Show(cell.Value.Number, form) : "undefined: " + cell.Value.Reason.Detail;
            var interval = cell.Interval is { } range ? $"{Show(range.Low, form)}–{Show(range.High, form)} ({range.Confidence * 100:0} %, {range.Method})" : "";
            var wanted = scorer.Threshold is { } threshold ? $"{(form.Direction == ScoreDirection.HigherIsBetter ? "≥" : "≤")} {Show(threshold, form)}" : "";
            var verdict = cell.IsMet switch { true => "pass", false => "FAIL", null => "" } + (cell.Undefined > 0 ? $" {cell.Undefined} undefined" : "");
            text.Append(CultureInfo.InvariantCulture, $"| {cell.Task ?? "all"} | {cell.Scorer} | {cell.Count} | {score} | {interval} | {wanted} | {verdict} |\n");
        }

        return text.Append(CultureInfo.InvariantCulture, $"\n{result.Rows} items, {candidate.Failed} calls failed.\n").ToString();
    }

    private static string Show(double value, MetricForm form) => form.Unit == MetricUnit.Share
        ? string.Create(CultureInfo.InvariantCulture, $"{value * 100:0.0} %")
        : value.ToString("0.###", CultureInfo.InvariantCulture);
}
