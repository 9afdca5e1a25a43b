using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gyre.Evaluation.Runs;

/// <summary>What an evaluation found.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Rows">Every row's result, in the order of the rows.</param>
/// <param name="Metrics">The table, in the order of the plan.</param>
/// <param name="Failed">Rows whose call failed.</param>
public sealed record EvaluationResult(string Model, IReadOnlyList<RowResult> Rows, IReadOnlyList<MetricResult> Metrics, int Failed)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>True when every demand is met and no call failed.</summary>
    public bool Passed => Failed == 0 && Metrics.All(metric => metric.Passed is not false);

    /// <summary>The table as JSON, without the rows (they are in the results file).</summary>
    public string ToJson() => JsonSerializer.Serialize(new { Model, Count = Rows.Count, Failed, Passed, Metrics }, Json);

    /// <summary>The table as Markdown, for model cards and reports.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder("| task | metric | items | score | interval | wanted | |\n|---|---|---:|---:|---|---:|---|\n");
        foreach (var metric in Metrics)
        {
            var score = metric.Mean is { } mean ? $"{mean * 100:0.0} %" : "undefined: " + metric.Reason;
            var interval = metric.Interval is { } range ? $"{range.Low * 100:0.0}–{range.High * 100:0.0} % ({range.Confidence * 100:0} %, {range.Method})" : "";
            var wanted = metric.Threshold is { } threshold ? $"{(metric.Direction == ScoreDirection.HigherIsBetter ? "≥" : "≤")} {threshold * 100:0.#} %" : "";
            var result = metric.Passed switch { true => "pass", false => "FAIL", null => "" } + (metric.Undefined > 0 ? $" {metric.Undefined} undefined" : "");
            text.Append($"| {metric.Task} | {metric.Metric} | {metric.Count} | {score} | {interval} | {wanted} | {result} |\n");
        }

        return text.Append($"\n{Rows.Count} items, {Failed} calls failed.\n").ToString();
    }
}
