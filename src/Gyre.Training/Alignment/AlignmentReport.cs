using System.Globalization;
using System.Text;

namespace Gyre.Training.Alignment;

/// <summary>What an alignment changed against its base, measured on held-out data.</summary>
/// <param name="Confidence">Of the intervals.</param>
/// <param name="Measures">The figures.</param>
/// <param name="Rules">For each checkable rule the share of answers that keep it, by the base and by the aligned model; empty without such rules.</param>
/// <param name="Samples">Some prompts with both answers.</param>
public sealed record AlignmentReport(
    double Confidence,
    IReadOnlyList<AlignmentMeasure> Measures,
    IReadOnlyList<(string Rule, double Base, double Aligned)> Rules,
    IReadOnlyList<(string Prompt, string Base, string Aligned)> Samples)
{
    /// <summary>The report for readers.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"| measure | items | value | {Confidence:P0} interval | of the base | |\n|---|---:|---:|---|---:|---|\n");
        foreach (var measure in Measures)
        {
            var interval = measure is { Low: { } low, High: { } high } ? $"{low:0.000} to {high:0.000}" : "–";
            text.Append(CultureInfo.InvariantCulture, $"| {measure.Name} | {measure.Items} | {measure.Value:0.000} | {interval} | {measure.Neutral:0.###} | {(measure.IsAbove ? "higher" : measure.IsBelow ? "lower" : "no difference shown")} |\n");
        }

        if (Rules.Count > 0)
        {
            text.Append("\n| rule | base | aligned |\n|---|---:|---:|\n");
            foreach (var (rule, first, second) in Rules)
            {
                text.Append(CultureInfo.InvariantCulture, $"| {rule} | {first:P0} | {second:P0} |\n");
            }
        }

        foreach (var (prompt, first, second) in Samples)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n```text\n> {Plain(prompt)}\n\nbase:    {Plain(first)}\naligned: {Plain(second)}\n```\n");
        }

        return text.ToString();
    }

    private static string Plain(string text) => text.Replace("```", "'''", StringComparison.Ordinal).Replace("\n", "\n  ", StringComparison.Ordinal);
}
