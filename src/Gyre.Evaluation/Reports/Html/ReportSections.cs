using Gyre.Evaluation.Experiments;
using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Reports.Html;

/// <summary>The parts of an experiment's page, for the report and for pages that show the same.</summary>
internal static class ReportSections
{
    private const int MostPlots = 12;

    public static void Summary(HtmlWriter html, ReportView view)
    {
        var decision = Decision.Of(view);
        html.Write($"<section class=\"section\" aria-labelledby=\"summary\"><h2 id=\"summary\">Summary</h2>\n<div class=\"card decision\"><p class=\"headline\">");
        html.Write(decision.Headline);
        html.Write($"</p>");
        if (decision.Candidates.Count > 0)
        {
            html.Write($"<ul>");
            foreach (var sentence in decision.Candidates)
            {
                html.Write($"<li>");
                html.Write(sentence);
                html.Write($"</li>");
            }

            html.Write($"</ul>");
        }

        html.Write($"</div>\n");
        var failed = view.Checks.Count(check => !check.Passed);
        html.Write($"<details class=\"card checks\"{(failed == 0 ? "" : " open")}><summary><span class=\"tag {(failed == 0 ? "good" : "bad")}\">{(failed == 0 ? "passed" : "not passed")}</span> {view.Checks.Count - failed} of {view.Checks.Count} checks hold</summary><ul>\n");
        foreach (var check in view.Checks.OrderBy(check => check.Passed))
        {
            html.Write($"<li><span class=\"tag {(check.Passed ? "good" : "bad")}\">{(check.Passed ? "holds" : "fails")}</span> <bdi>{check.Group}</bdi>: <bdi>{check.Name}</bdi> <span class=\"muted\">{check.Detail}</span></li>\n");
        }

        html.Write($"</ul></details></section>\n");
    }

    public static void Metrics(HtmlWriter html, ReportView view)
    {
        html.Write($"<section class=\"section\" aria-labelledby=\"metrics\"><h2 id=\"metrics\">Metrics</h2>\n");
        foreach (var metric in view.Result.Metrics)
        {
            html.Write($"<div class=\"card\"><div class=\"card-head\"><h3><bdi>{ReportView.NameOf(metric)}</bdi></h3><span class=\"muted\">{ReportView.DirectionOf(metric.Form)}</span></div>\n");
            if (view.Rows(metric).Count == 0)
            {
                html.Write($"<p class=\"muted pad\">No value: the result has no line of this metric.</p>");
            }
            else
            {
                MetricTable.WriteAll(html, view, metric);
            }

            html.Write($"</div>\n");
        }

        html.Write($"</section>\n");
    }

    /// <summary>How far the scorers themselves can be trusted.</summary>
    public static void Remarks(HtmlWriter html, ReportView view)
    {
        if (view.Result.Remarks.Count == 0)
        {
            return;
        }

        html.Write($"<section class=\"section\" aria-labelledby=\"judges\"><h2 id=\"judges\">How far the judges can be trusted</h2>\n<div class=\"card table-wrap\" tabindex=\"0\" role=\"group\" aria-label=\"What is known of the scorers\"><table><thead><tr><th scope=\"col\">scorer</th><th scope=\"col\">what</th><th scope=\"col\" class=\"number\">value</th><th scope=\"col\" class=\"number\">{view.Confidence}</th><th scope=\"col\">of</th></tr></thead><tbody>\n");
        foreach (var remark in view.Result.Remarks)
        {
            html.Write($"<tr><th scope=\"row\" class=\"name\"><bdi>{remark.Scorer}</bdi></th><td><bdi>{remark.Name}</bdi></td><td class=\"number\">{MetricText.Value(MetricUnit.Number, remark.Value)}</td><td class=\"number\">{(remark.Interval is { } interval ? MetricText.Range(MetricUnit.Number, interval) : "")}</td><td class=\"muted\"><bdi>{(remark.Value.IsDefined ? remark.Detail : remark.Value.Reason.Detail)}</bdi></td></tr>\n");
        }

        html.Write($"</tbody></table></div></section>\n");
    }

    public static void Prices(HtmlWriter html, ReportView view)
    {
        html.Write($"<section class=\"section\" aria-labelledby=\"prices\"><h2 id=\"prices\">Costs and time</h2>\n<div class=\"card table-wrap\" tabindex=\"0\" role=\"group\" aria-label=\"Costs and time of the candidates\"><table><thead><tr><th scope=\"col\">candidate</th><th scope=\"col\" class=\"number\">calls</th><th scope=\"col\" class=\"number\">failed</th><th scope=\"col\" class=\"number\">cut at the limit</th><th scope=\"col\" class=\"number\">tokens in</th><th scope=\"col\" class=\"number\">tokens out</th><th scope=\"col\" class=\"number\">cost of 1,000</th><th scope=\"col\" class=\"number\">median</th><th scope=\"col\" class=\"number\">95 %</th></tr></thead><tbody>\n");
        foreach (var candidate in view.Result.Candidates)
        {
            html.Write($"<tr><th scope=\"row\" class=\"name\"><bdi>{candidate.Name}</bdi></th><td class=\"number\">{MetricText.Count(candidate.Rows)}</td><td class=\"number\">{MetricText.Count(candidate.Failed)}</td><td class=\"number\">{MetricText.Count(candidate.Cut)}</td><td class=\"number\">{MetricText.Count(candidate.InputTokens)}</td><td class=\"number\">{MetricText.Count(candidate.OutputTokens)}</td><td class=\"number\">{(ReportView.CostOfThousand(candidate) is { } cost ? MetricText.Money(cost) : "unknown")}</td><td class=\"number\">{(candidate.MedianSeconds is { } median ? MetricText.Seconds(median) : "no replies")}</td><td class=\"number\">{(candidate.P95Seconds is { } slow ? MetricText.Seconds(slow) : "no replies")}</td></tr>\n");
        }

        html.Write($"</tbody></table></div>\n<p class=\"muted small\">A cost is unknown when the recipe states no price, or when replies did not say their tokens. Replies kept from earlier runs count with the time and tokens of their first call.</p></section>\n");
    }

    public static void Plots(HtmlWriter html, ReportView view)
    {
        var plots = view.Result.Metrics.SelectMany(metric => new[]
        {
            (Metric: metric, Name: "cost of 1,000 answers", Price: (Func<double, string>)(value => MetricText.Money((decimal)value)), Points: Points(view, metric, candidate => (double?)ReportView.CostOfThousand(candidate))),
            (Metric: metric, Name: "median time of a call", Price: MetricText.Seconds, Points: Points(view, metric, candidate => candidate.MedianSeconds)),
        }).Where(plot => plot.Points.Count >= 2).ToArray();
        if (plots.Length == 0)
        {
            return;
        }

        html.Write($"<section class=\"section\" aria-labelledby=\"pareto\"><h2 id=\"pareto\">Quality against what it takes</h2>\n<p class=\"muted\">Better lies up and to the left. A candidate is undominated (filled) when no other is at least as good in both and better in one; chance is not looked at here{(plots.Length > MostPlots ? $". {MostPlots} of {plots.Length} plots are shown, those of the first metrics" : "")}.</p>\n<div class=\"plots\">\n");
        foreach (var plot in plots.Take(MostPlots))
        {
            ParetoPlot.Draw(html, plot.Metric, plot.Name, plot.Price, plot.Points);
        }

        html.Write($"</div></section>\n");
    }

    private static IReadOnlyList<ParetoPoint> Points(ReportView view, ExperimentMetric metric, Func<CandidateSummary, double?> price)
    {
        var prices = view.Result.Candidates.ToDictionary(candidate => candidate.Name, price, StringComparer.Ordinal);
        return ParetoPoint.Of(
            [.. view.Rows(metric).Where(row => row.Cell.Value.IsDefined && prices[row.Cell.Candidate] is not null).Select(row => (row.Cell.Candidate, prices[row.Cell.Candidate]!.Value, row.Cell.Value.Number))], // Filtered just now.
            metric.Form.Direction == ScoreDirection.HigherIsBetter);
    }

    public static void Segments(HtmlWriter html, ReportView view, ReportOptions options)
    {
        var metrics = view.Result.Metrics.Where(metric => view.Segments(metric).Any()).ToArray();
        if (metrics.Length == 0)
        {
            return;
        }

        html.Write($"<section class=\"section\" aria-labelledby=\"parts\"><h2 id=\"parts\">Parts of the rows</h2>\n");
        foreach (var metric in metrics)
        {
            var all = view.Segments(metric).ToArray();
            var most = all.Select((segment, order) => (segment, order, rows: view.Rows(metric, segment).Max(row => row.Cell.Count + row.Cell.Undefined)))
                .OrderByDescending(item => item.rows).ThenBy(item => item.order).Take(options.Segments).OrderBy(item => item.order).Select(item => item.segment).ToArray();
            var rows = all.SelectMany(segment => view.Rows(metric, segment)).ToArray();
            var (better, worse) = (rows.Count(row => row.Verdict == Verdict.Better), rows.Count(row => row.Verdict == Verdict.Worse));
            html.Write($"<details class=\"card parts\"><summary><h3><bdi>{ReportView.NameOf(metric)}</bdi></h3> <span class=\"muted\">{MetricText.Count(all.Length)} parts</span>");
            if (worse > 0)
            {
                html.Write($" <span class=\"tag bad\">{VerdictText.Mark(Verdict.Worse)} {worse} worse</span>");
            }

            if (better > 0)
            {
                html.Write($" <span class=\"tag good\">{VerdictText.Mark(Verdict.Better)} {better} better</span>");
            }

            html.Write($"</summary>\n");
            if (rows.All(row => !row.Cell.Value.IsDefined))
            {
                var cell = rows[0].Cell;
                html.Write($"<p class=\"muted pad\">No candidate has a value in any part: {cell.Value.Reason!.Detail}{(cell.Reason.Length > 0 ? $" ({cell.Reason})" : "")}.</p></details>\n"); // Reason is set when the value is not defined.
                continue;
            }

            if (most.Length < all.Length)
            {
                html.Write($"<p class=\"muted pad\">{most.Length} of {MetricText.Count(all.Length)} parts are here, those with the most rows. All are in result.json.</p>\n");
            }

            MetricTable.Write(html, view, metric, most);
            html.Write($"</details>\n");
        }

        html.Write($"</section>\n");
    }

    public static void Notes(HtmlWriter html, ReportView view)
    {
        var result = view.Result;
        html.Write($"<section class=\"section\" aria-labelledby=\"notes\"><h2 id=\"notes\">How to read this</h2>\n<ul class=\"notes\"><li>An interval holds the true value in {view.Confidence} of such experiments. Intervals of shares of right answers are Wilson's, others are bootstrapped over rows; those of differences are bootstrapped over pairs of answers to the same row. They are not corrected for many comparisons.</li><li>“Better” and “worse” are verdicts at p ≤ {view.Alpha.ToString("0.####", System.Globalization.CultureInfo.InvariantCulture)} of a two-sided paired permutation test, after Holm's correction over all comparisons of the same part of the rows.</li><li>“Not shown” is no proof of equality: “would show” is the least true difference that so many pairs show in 80 of 100 cases.</li><li>A value is undefined rather than guessed when answers, references or a denominator are missing; the reason stands beside it, and a demand with missing values does not hold.</li></ul>\n<dl class=\"facts\"><div><dt>Dataset version</dt><dd><code>{result.DatasetDigest}</code></dd></div><div><dt>Its rows are from</dt><dd><bdi>{result.Provenance}</bdi></dd></div><div><dt>Seed, resamples</dt><dd>{$"{result.Comparison.Seed}"}, {MetricText.Count(result.Comparison.Resamples)}</dd></div>");
        foreach (var candidate in result.Candidates)
        {
            html.Write($"<div><dt>Digest of <bdi>{candidate.Name}</bdi></dt><dd><code>{candidate.Digest}</code></dd></div>");
        }

        foreach (var metric in result.Metrics)
        {
            html.Write($"<div><dt>Source of <bdi>{ReportView.NameOf(metric)}</bdi></dt><dd><bdi>{metric.Form.Source}</bdi></dd></div>");
        }

        html.Write($"</dl></section>\n");
    }
}
