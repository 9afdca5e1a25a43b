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

    /// <summary>The table as plain text.</summary>
    public string ToTable()
    {
        var text = new StringBuilder();
        text.AppendLine($"{"task",-14}{"metric",-20}{"n",6}{"score",9}  {"interval",-18}{"wanted",9}  result");
        foreach (var metric in Metrics)
        {
            var interval = metric.Interval is { } range ? $"{range.Low * 100:0.0}–{range.High * 100:0.0} %" : "-";
            var wanted = metric.Threshold is { } threshold ? $"{(metric.Direction == ScoreDirection.HigherIsBetter ? "≥" : "≤")} {threshold * 100:0.#} %" : "-";
            var result = metric.Passed switch { true => "pass", false => "FAIL", null => "-" };
            text.Append($"{metric.Task,-14}{metric.Metric,-20}{metric.Count,6}{(metric.Mean is { } mean ? $"{mean * 100:0.0} %" : "-"),9}  {interval,-18}{wanted,9}  {result}");
            text.AppendLine(metric.Undefined > 0 ? $" ({metric.Undefined} undefined: {metric.Reason})" : "");
        }

        text.AppendLine($"{Rows.Count} rows, {Failed} failed: {(Passed ? "passed" : "NOT passed")}");
        return text.ToString();
    }
}
