using Gyre.Evaluation.Reports;

namespace Gyre.Evaluation.Benchmarks;

/// <summary>The files that a benchmark's run leaves in its folder.</summary>
public static class BenchmarkReport
{
    /// <summary>The numbers, with what they are of.</summary>
    public const string ResultName = "benchmark.json";

    /// <summary>A line an item: prompt, answer, likelihoods, scores.</summary>
    public const string ItemsName = "items.jsonl";

    /// <summary>The table for a pull request.</summary>
    public const string MarkdownName = "benchmark.md";

    /// <summary>The page for people.</summary>
    public const string PageName = "benchmark.html";

    /// <summary>Writes numbers, items, table and page.</summary>
    /// <param name="folder">The folder; created when it is not there.</param>
    /// <param name="result">The result.</param>
    /// <exception cref="EvaluationException">EVA0045: a file cannot be written.</exception>
    public static void Write(string folder, BenchmarkResult result)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(result);
        ReportFile.Write(Path.Combine(folder, ItemsName), stream => BenchmarkJson.WriteItems(stream, result));
        ReportFile.WriteText(Path.Combine(folder, MarkdownName), writer => writer.Write(result.ToMarkdown().ReplaceLineEndings("\n")));
        ReportFile.WriteText(Path.Combine(folder, PageName), writer => BenchmarkPage.Write(result, writer));

        // Whoever finds the numbers finds the rest: they come last.
        ReportFile.WriteText(Path.Combine(folder, ResultName), writer => writer.Write(result.ToJson() + "\n"));
    }
}
