using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gyre.Training.Curation.Import;

namespace Gyre.Training.Curation.Pipeline;

/// <summary>What a build did, stage by stage, and what came of it.</summary>
public sealed record DatasetBuildReport
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>The recipe's name.</summary>
    public required string Name { get; init; }

    /// <summary>SHA-256 of the recipe's text.</summary>
    public required string RecipeSha256 { get; init; }

    /// <summary>The seed.</summary>
    public required ulong Seed { get; init; }

    /// <summary>What was read, with digests.</summary>
    public required IReadOnlyList<SourceFile> Files { get; init; }

    /// <summary>The stages in their order.</summary>
    public required IReadOnlyList<StageReport> Stages { get; init; }

    /// <summary>Records in the dataset by source.</summary>
    public required IReadOnlyDictionary<string, long> Sources { get; init; }

    /// <summary>Records in the dataset by licence; the empty name stands for records of which nobody said it.</summary>
    public required IReadOnlyDictionary<string, long> Licences { get; init; }

    /// <summary>Records by split; empty without splits.</summary>
    public required IReadOnlyDictionary<string, long> Splits { get; init; }

    /// <summary>Records in the dataset.</summary>
    public required long Records { get; init; }

    /// <summary>What a reader should know: a part that is not whole, limits that were met. Empty when there is nothing.</summary>
    public required IReadOnlyList<string> Remarks { get; init; }

    /// <summary>The report as indented JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>The report as Markdown.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.Append($"# {Name}: {Records:N0} records\n\n");
        text.Append("| stage | in | kept | dropped by |\n|---|---:|---:|---|\n");
        foreach (var stage in Stages)
        {
            text.Append($"| {stage.Name} | {stage.In:N0} | {stage.Kept:N0} | {string.Join(", ", stage.Dropped.Select(rule => $"{rule.Rule} {rule.Count:N0}"))} |\n");
        }

        Counts("source", Sources);
        Counts("licence", Licences);
        Counts("split", Splits);
        foreach (var remark in Remarks)
        {
            text.Append($"\n- {remark}\n");
        }

        foreach (var stage in Stages.Where(stage => stage.Dropped.Count + stage.Noted.Count > 0))
        {
            text.Append($"\n## {stage.Name}\n\n");
            foreach (var (rules, verb) in new[] { (stage.Dropped, "dropped"), (stage.Noted, "noted") })
            {
                foreach (var rule in rules)
                {
                    text.Append($"- {verb} by `{rule.Rule}`: {rule.Count:N0}\n");
                    foreach (var example in rule.Examples)
                    {
                        text.Append($"  - {example.Origin}: {Plain(example.Reason)}: “{Plain(example.Text)}”\n");
                    }
                }
            }
        }

        return text.ToString();

        void Counts(string name, IReadOnlyDictionary<string, long> counts)
        {
            if (counts.Count > 0)
            {
                text.Append($"\n| {name} | records |\n|---|---:|\n");
                foreach (var (value, count) in counts.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal))
                {
                    text.Append($"| {(value.Length == 0 ? "(unknown)" : Plain(value))} | {count:N0} |\n");
                }
            }
        }
    }

    private static string Plain(string text) => string.Concat(text.Select(character => character is '|' or '`' or '<' or '>' ? $"\\{character}" : char.IsControl(character) || char.GetUnicodeCategory(character) == System.Globalization.UnicodeCategory.Format ? "\uFFFD" : $"{character}"));
}
