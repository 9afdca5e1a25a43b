using System.Globalization;
using System.Text;
using System.Text.Json;
using Gyre.Training.Runs;

namespace Gyre.Training.Reports;

/// <summary>Writes outcomes for programs and for readers.</summary>
internal static class TaskTable
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    public static void WriteJson(string path, IReadOnlyList<TaskOutcome> outcomes) => AtomicFile.WriteText(path, JsonSerializer.Serialize(outcomes, Json) + "\n");

    /// <summary>A Markdown table; the trained tasks first, then what was not trained.</summary>
    public static string ToMarkdown(IReadOnlyList<TaskOutcome> outcomes, double confidence)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"| task | measure | rows | before | after | difference | {confidence:P0} interval | |\n|---|---|---:|---:|---:|---:|---|---|\n");
        foreach (var outcome in outcomes.OrderByDescending(outcome => outcome.IsTrained))
        {
            text.Append(CultureInfo.InvariantCulture, $"| {outcome.Task}{(outcome.IsTrained ? "" : " (not trained)")} | {outcome.Measure} | {outcome.Rows} | {Show(outcome.Before)} | {Show(outcome.After)} | {Signed(outcome.Difference)} | {Interval(outcome)} | {Verdict(outcome)} |\n");
        }

        return text.ToString();
    }

    public static string Show(double? value) => value is { } number ? number.ToString(Math.Abs(number) >= 100 ? "0.0" : "0.000", CultureInfo.InvariantCulture) : "–";

    public static string Signed(double? value) => value is { } number ? number.ToString(Math.Abs(number) >= 100 ? "+0.0;−0.0;0" : "+0.000;−0.000;0", CultureInfo.InvariantCulture) : "–";

    public static string Interval(TaskOutcome outcome) => outcome.Low is { } low && outcome.High is { } high ? $"{Signed(low)} to {Signed(high)}" : outcome.Reason;

    public static string Verdict(TaskOutcome outcome) => outcome.IsBetter ? "better" : outcome.IsWorse ? "worse" : outcome.Difference is null ? "undefined" : "no difference shown";
}
