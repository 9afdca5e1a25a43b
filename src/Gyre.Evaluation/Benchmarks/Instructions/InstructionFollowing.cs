using System.Text.Json;
using Gyre.Evaluation.Benchmarks.Sources;
using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Benchmarks.Instructions;

/// <summary>Judges a text by the instructions that its record lists.</summary>
/// <remarks>
/// Loose counting takes an instruction as followed when it is in the text, or in the text without its first line, its last line or
/// both, each also without asterisks.
/// <para>Source: Zhou et al. 2023, "Instruction-Following Evaluation for Large Language Models".</para>
/// </remarks>
internal static class InstructionFollowing
{
    private const string Ids = "instruction_id_list";
    private const string Arguments = "kwargs";

    /// <summary>Shares and counts of instructions that were followed, or why there are none.</summary>
    public static (Dictionary<string, double> Values, Undefined? Reason) Judge(BenchmarkRecord record, string text)
    {
        var ids = record.Texts(Ids);
        if (ids.Count == 0 || record.Element(Arguments) is not { ValueKind: JsonValueKind.Array } arguments || arguments.GetArrayLength() != ids.Count)
        {
            return ([], new Undefined(UndefinedCause.NoReference, $"the item has no '{Ids}' with as many '{Arguments}'"));
        }

        var (strict, loose) = (0, 0);
        var variants = Variants(text);
        for (var i = 0; i < ids.Count; i++)
        {
            if (InstructionCatalogue.Find(ids[i]) is not { } check)
            {
                return ([], new Undefined(UndefinedCause.MissingInput, $"the instruction '{ids[i]}' cannot be checked here"));
            }

            var results = variants.Select(variant => variant.Trim().Length == 0 ? false : check(variant, arguments[i])).ToList();
            if (results.Contains(null))
            {
                return ([], new Undefined(UndefinedCause.MissingInput, $"the instruction '{ids[i]}' lacks an argument, or has one that cannot be checked here"));
            }

            strict += results[0] == true ? 1 : 0;
            loose += results.Contains(true) ? 1 : 0;
        }

        return (new Dictionary<string, double>(StringComparer.Ordinal)
        {
            ["instructions"] = ids.Count,
            ["followed-strict"] = strict,
            ["followed-loose"] = loose,
        }, null);
    }

    private static List<string> Variants(string text)
    {
        var lines = text.Split('\n');
        string[] parts =
        [
            text,
            string.Join('\n', lines[1..]).Trim(),
            string.Join('\n', lines[..^1]).Trim(),
            lines.Length > 2 ? string.Join('\n', lines[1..^1]).Trim() : "",
        ];
        return [.. parts, .. parts.Select(part => part.Replace("*", "", StringComparison.Ordinal))];
    }
}
