using Gyre.Evaluation.Benchmarks.Items;

namespace Gyre.Evaluation.Benchmarks.Tasks;

/// <summary>Makes a program that runs of what a model wrote.</summary>
internal static class ProgramText
{
    private const string Fence = "```";

    /// <summary>The program with its tests.</summary>
    /// <exception cref="EvaluationException">EVA0062: the item lacks what the program is made of.</exception>
    public static string Of(BenchmarkDefinition definition, BenchmarkItem item, string answer)
    {
        var faults = new List<string>();
        var entry = definition.Code.EntryPoint.Render(item.Fields, faults);
        var (completion, isFenced) = CodeOf(answer, entry);
        var hasEntry = entry.Length > 0 && completion.Contains($"def {entry}", StringComparison.Ordinal);

        // A model that goes on where the function stands begins with its body; what it rambles about afterwards may define it again.
        var isWhole = hasEntry && (isFenced || (completion.Length > 0 && completion.TrimStart('\n', '\r') is [not (' ' or '\t'), ..]));
        completion = isFenced || isWhole ? completion : Cut(completion, definition.Code.Stop);
        var program = (isWhole ? definition.Code.Whole : definition.Code.Program).Render(item.Fields.With("completion", completion), faults);
        return faults.Count == 0
            ? program
            : throw new EvaluationException("EVA0062", $"Writing a program of '{definition.Name}' failed: {string.Join("; ", faults)} (item {item.Id}). See that the files have what the definition's templates name.");
    }

    /// <summary>The first fenced block that holds the wanted function, else the first block, else the text.</summary>
    private static (string Text, bool IsFenced) CodeOf(string answer, string entry)
    {
        var blocks = new List<string>();
        for (var at = answer.IndexOf(Fence, StringComparison.Ordinal); at >= 0;)
        {
            var line = answer.IndexOf('\n', at);
            var end = line < 0 ? -1 : answer.IndexOf(Fence, line, StringComparison.Ordinal);
            if (line < 0)
            {
                break;
            }

            blocks.Add(end < 0 ? answer[(line + 1)..] : answer[(line + 1)..end]);
            at = end < 0 ? -1 : answer.IndexOf(Fence, end + Fence.Length, StringComparison.Ordinal);
        }

        return blocks.Count == 0
            ? (answer, false)
            : (blocks.Find(block => entry.Length > 0 && block.Contains($"def {entry}", StringComparison.Ordinal)) ?? blocks[0], true);
    }

    private static string Cut(string text, IReadOnlyList<string> stops)
    {
        var end = stops.Select(stop => text.IndexOf(stop, StringComparison.Ordinal)).Where(at => at >= 0).DefaultIfEmpty(text.Length).Min();
        return text[..end];
    }
}
