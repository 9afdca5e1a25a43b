using Gyre.Evaluation.Experiments;
using Gyre.Evaluation.Reports.Examples;
using Gyre.Evaluation.Reports.Html;

namespace Gyre.Evaluation.Reports;

/// <summary>The result of an experiment as one HTML file that needs nothing beside it.</summary>
/// <remarks>
/// The page asks for nothing: style, script and pictures are in it, and its content policy forbids the rest. Every text from outside is escaped,
/// its writing direction kept to itself, its control characters shown. Equal results and rows are equal bytes.
/// <para>Cost: two passes over the rows, memory for the rows that are shown.</para>
/// </remarks>
public static class HtmlReport
{
    /// <summary>Writes the page.</summary>
    /// <param name="result">The result.</param>
    /// <param name="destination">Takes the text; UTF-8.</param>
    /// <param name="rowsPath">The rows (<c>rows.jsonl</c>) that examples are chosen from; null for a page without examples.</param>
    /// <param name="options">What is embedded.</param>
    /// <param name="cancellationToken">Ends the passes over the rows.</param>
    /// <exception cref="EvaluationException">EVA0046: the rows cannot be read. EVA0043: a line of them is damaged. EVA0044: they are of another experiment.</exception>
    public static void Write(
        ExperimentResult result, TextWriter destination, string? rowsPath = null, ReportOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(destination);
        options ??= new ReportOptions();
        options.Require();

        // What may fail comes before the first byte.
        var examples = rowsPath is null ? null : ExampleSelection.Choose(rowsPath, result, options, cancellationToken);
        var view = new ReportView(result);
        var html = new HtmlWriter(destination);
        html.Write($"<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta http-equiv=\"Content-Security-Policy\" content=\"{PageAssets.Policy}\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"generator\" content=\"Gyre\"><title>{result.Name} · experiment</title>\n<style>");
        html.WriteAsset(PageAssets.Style);
        html.Write($"</style></head><body><a class=\"skip\" href=\"#main\">Skip to the results</a>\n");
        Head(html, view);
        html.Write($"<main id=\"main\">\n");
        ReportSections.Summary(html, view);
        ReportSections.Metrics(html, view);
        ReportSections.Remarks(html, view);
        ReportSections.Prices(html, view);
        ReportSections.Plots(html, view);
        ReportSections.Segments(html, view, options);
        if (examples is not null)
        {
            new ExampleSection(html, view, examples, options).Write();
        }

        ReportSections.Notes(html, view);
        html.Write($"</main>\n<script>");
        html.WriteAsset(PageAssets.Script);
        html.Write($"</script></body></html>\n");
    }

    private static void Head(HtmlWriter html, ReportView view)
    {
        var result = view.Result;
        html.Write($"<header><p class=\"crumb\">Gyre experiment</p><h1><bdi>{result.Name}</bdi></h1><p class=\"muted\">{MetricText.Count(result.Rows)} rows of <bdi>{result.Dataset}</bdi>, {result.Candidates.Count} {(result.Candidates.Count == 1 ? "candidate" : "candidates")}, {result.Metrics.Count} {(result.Metrics.Count == 1 ? "metric" : "metrics")}</p></header>\n");
    }
}
