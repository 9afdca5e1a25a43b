using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Reports;
using Gyre.Evaluation.Reports.Html;

namespace Gyre.Evaluation.Benchmarks;

/// <summary>A benchmark's result as one HTML file that needs nothing beside it.</summary>
internal static class BenchmarkPage
{
    private const int MostItems = 200;
    private const int MostCharacters = 4000;

    public static void Write(BenchmarkResult result, TextWriter destination)
    {
        var html = new HtmlWriter(destination);
        var definition = result.Definition;
        html.Write($"<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta http-equiv=\"Content-Security-Policy\" content=\"{PageAssets.Policy}\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"generator\" content=\"Gyre\"><title>{definition.Title} · {result.Model}</title>\n<style>");
        html.WriteAsset(PageAssets.Style);
        html.Write($"</style></head><body><a class=\"skip\" href=\"#main\">Skip to the results</a>\n<header><p class=\"crumb\">Gyre benchmark</p><h1><bdi>{definition.Title}</bdi></h1><p class=\"muted\"><bdi>{result.Model}</bdi>, {MetricText.Count(result.Answered)} of {MetricText.Count(result.Outcomes.Count)} items, {result.Shots} examples{(result.ByGeneration ? ", answers named by letter" : "")}</p></header>\n<main id=\"main\">\n");
        Measures(html, "Measures", "measure", [.. result.Measures.Select(measure => (measure.Measure.Label, measure))]);
        if (result.Undefined.Count > 0)
        {
            LeftOut(html, result);
        }

        if (result.Subjects.Count > 0)
        {
            Measures(html, $"{result.Measures[0].Measure.Name} by subject", "subject", [.. result.Subjects.Select(pair => (pair.Key, pair.Value))]);
        }

        Items(html, result);
        Notes(html, result);
        html.Write($"</main>\n</body></html>\n");
    }

    private static void Measures(HtmlWriter html, string title, string head, (string Name, MeasureResult Measure)[] rows)
    {
        html.Write($"<section class=\"section\"><h2>{title}</h2>\n<div class=\"card table-wrap\" tabindex=\"0\" role=\"group\" aria-label=\"{title}\"><table><thead><tr><th scope=\"col\">{head}</th><th scope=\"col\" class=\"number\">value</th><th scope=\"col\" class=\"number\">interval</th><th scope=\"col\" class=\"number\">items</th></tr></thead><tbody>\n");
        foreach (var (name, measure) in rows)
        {
            var unit = measure.Form.Unit;
            html.Write($"<tr><th scope=\"row\" class=\"name\"><bdi>{name}</bdi> {(measure.Measure.Direction == ScoreDirection.HigherIsBetter ? "↑" : "↓")}</th><td class=\"number\"><strong>{MetricText.Value(unit, measure.Value)}</strong>{(measure.Value.IsDefined ? "" : ": " + measure.Value.Reason.Detail)}</td><td class=\"number\">{(measure.Interval is { } interval ? MetricText.Range(unit, interval) : "")}</td><td class=\"number\">{MetricText.Count(measure.Count)}</td></tr>\n");
        }

        html.Write($"</tbody></table></div></section>\n");
    }

    private static void LeftOut(HtmlWriter html, BenchmarkResult result)
    {
        html.Write($"<section class=\"section\"><h2>Items without a result</h2>\n<div class=\"card\"><ul>");
        foreach (var (reason, count) in result.Undefined)
        {
            html.Write($"<li>{MetricText.Count(count)}: {reason}</li>");
        }

        html.Write($"</ul></div></section>\n");
    }

    private static void Items(HtmlWriter html, BenchmarkResult result)
    {
        var shown = result.Outcomes.Take(MostItems).ToList();
        html.Write($"<section class=\"section\"><h2>Items</h2>\n<p class=\"muted\">{(shown.Count < result.Outcomes.Count ? $"The first {MetricText.Count(shown.Count)} of {MetricText.Count(result.Outcomes.Count)}; all of them are in {BenchmarkReport.ItemsName}." : "All items.")}</p>\n<div class=\"examples\">\n");
        foreach (var outcome in shown)
        {
            html.Write($"<details class=\"card example\"><summary><span class=\"which\"><bdi>{outcome.Id}</bdi> <span class=\"muted\">{outcome.Subject}</span></span><span class=\"tags\"><span class=\"tag\">{Word(outcome)}</span></span></summary>\n<div class=\"asked\"><div><h3>Prompt</h3><pre dir=\"auto\">{End(outcome.Prompt)}</pre></div></div>\n<div class=\"answers\">");
            foreach (var choice in outcome.Choices)
            {
                html.Write($"<div class=\"answer\"><h3>{MetricText.Value(MetricUnit.Number, choice.LogLikelihood)} <span class=\"muted\">{choice.Tokens} tokens{(choice.IsRight ? ", right" : "")}</span></h3><pre dir=\"auto\">{End(choice.Text)}</pre></div>");
            }

            foreach (var answer in outcome.Answers)
            {
                html.Write($"<div class=\"answer\"><pre dir=\"auto\">{End(answer)}</pre></div>");
            }

            html.Write($"</div>\n<dl class=\"scores\">");
            foreach (var (name, value) in outcome.Values)
            {
                html.Write($"<dt>{name}</dt><dd>{MetricText.Value(MetricUnit.Number, value)}</dd>");
            }

            html.Write($"</dl></details>\n");
        }

        html.Write($"</div></section>\n");
    }

    private static string Word(BenchmarkOutcome outcome) => outcome switch
    {
        { Reason: { } reason } => reason.Detail,
        { Chosen: >= 0, Right: >= 0 } => outcome.Chosen == outcome.Right ? "right" : "wrong",
        _ => "answered",
    };

    private static string End(string text) => text.Length <= MostCharacters ? text : "…" + text[^MostCharacters..];

    private static void Notes(HtmlWriter html, BenchmarkResult result)
    {
        var definition = result.Definition;
        html.Write($"<section class=\"section\"><h2>Notes</h2>\n<div class=\"card\"><p>{definition.Paper.Authors} {definition.Paper.Year}: {definition.Paper.Title}, {definition.Paper.Reference}. Definition {definition.Name}, version {definition.Version}, {definition.Digest[..12]}. Licence of the data: {definition.Licence}. {definition.Note}</p><p>Model digest <code>{result.ModelDigest}</code>. Seed {result.Seed.ToString(System.Globalization.CultureInfo.InvariantCulture)}.</p><ul>");
        foreach (var file in result.Files)
        {
            html.Write($"<li>{file.Split}: <bdi>{file.Name}</bdi>, {MetricText.Count(file.Length)} bytes, SHA-256 <code>{file.Digest}</code></li>");
        }

        html.Write($"</ul></div></section>\n");
    }
}
