using Gyre.Evaluation.Experiments;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Reports.Examples;

namespace Gyre.Evaluation.Reports.Html;

/// <summary>The rows that a report shows: each folded to a line, opened to prompt, reference, and all answers side by side.</summary>
internal sealed class ExampleSection(HtmlWriter html, ReportView view, ExampleSet set, ReportOptions options)
{
    private readonly Dictionary<string, MetricUnit> _units = view.Result.Metrics.GroupBy(metric => metric.Scorer, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.First().Form.Unit, StringComparer.Ordinal);

    public void Write()
    {
        html.Write($"<section class=\"section\" aria-labelledby=\"examples\"><h2 id=\"examples\">Examples</h2>\n");
        html.Write($"<p class=\"muted\">{Shown()}</p>\n");
        Counts();
        if (set.Examples.Count > 0)
        {
            Filters();
            html.Write($"<div id=\"example-list\" class=\"examples\">\n");
            foreach (var example in set.Examples)
            {
                One(example);
            }

            html.Write($"</div>\n<p id=\"example-none\" class=\"muted\" hidden>No example is left. Choose other filters.</p>\n");
        }

        html.Write($"</section>\n");
    }

    private static string Word(ExampleKind kind) => kind switch
    {
        ExampleKind.Regression => "worse",
        ExampleKind.Gain => "better",
        ExampleKind.Failure => "no value",
        _ => "sample",
    };

    private string Shown()
    {
        var rows = view.Result.Rows;
        var sample = set.Examples.Count(example => example.Tags.Any(tag => tag.Kind == ExampleKind.Sample));
        var failures = $"{Of(ExampleKind.Failure)} of {MetricText.Count(set.Failures)} where a call failed or a score has no value";
        var compared = view.Result.Candidates.Count > 1
            ? $"{Of(ExampleKind.Regression)} of {MetricText.Count(set.Regressions)} rows where a candidate is worse than the baseline (the largest differences), {Of(ExampleKind.Gain)} of {MetricText.Count(set.Gains)} where one is better, {failures}"
            : $"{failures}";
        return $"{MetricText.Count(set.Examples.Count)} of {MetricText.Count(rows)} rows are here: {compared}, and {MetricText.Count(sample)} drawn from all with seed {view.Result.Comparison.Seed}. Texts longer than {MetricText.Count(options.MostCharacters)} characters lose their middle. All rows are in rows.jsonl.";

        string Of(ExampleKind kind) => MetricText.Count(set.Examples.Count(example => example.Tags.Any(tag => tag.Kind == kind)));
    }

    private void Counts()
    {
        if (set.Counts.Count == 0)
        {
            return;
        }

        html.Write($"<div class=\"card table-wrap\" tabindex=\"0\" role=\"group\" aria-label=\"Rows better, alike and worse\"><table><thead><tr><th scope=\"col\">metric</th><th scope=\"col\">candidate</th><th scope=\"col\" class=\"number\">rows better</th><th scope=\"col\" class=\"number\">alike</th><th scope=\"col\" class=\"number\">worse</th></tr></thead><tbody>\n");
        foreach (var count in set.Counts)
        {
            html.Write($"<tr><td><bdi>{set.Scorers[count.Metric]}</bdi></td><th scope=\"row\" class=\"name\"><bdi>{view.Result.Candidates[count.Candidate].Name}</bdi></th><td class=\"number\">{MetricText.Count(count.Better)}</td><td class=\"number\">{MetricText.Count(count.Alike)}</td><td class=\"number\">{MetricText.Count(count.Worse)}</td></tr>\n");
        }

        html.Write($"</tbody></table></div>\n");
    }

    private void Filters()
    {
        html.Write($"<form id=\"filters\" class=\"filters\" hidden><label class=\"field\"><span>Show</span><select id=\"filter-kind\" class=\"input\"><option value=\"\">all examples</option>");
        foreach (var kind in set.Examples.SelectMany(example => example.Tags).Select(tag => tag.Kind).Distinct().Order())
        {
            html.Write($"<option value=\"{WireName.Of(kind)}\">{Word(kind)}</option>");
        }

        html.Write($"</select></label>");
        if (view.Result.Candidates.Count > 1)
        {
            html.Write($"<label class=\"field\"><span>Candidate</span><select id=\"filter-candidate\" class=\"input\"><option value=\"\">any</option>");
            for (var i = 0; i < view.Result.Candidates.Count; i++)
            {
                if (view.Result.Candidates[i].Name != view.Result.Baseline)
                {
                    html.Write($"<option value=\"{i}\">{view.Result.Candidates[i].Name}</option>");
                }
            }

            html.Write($"</select></label>");
        }

        html.Write($"<label class=\"field wide\"><span>Text</span><input id=\"filter-text\" class=\"input\" type=\"search\" autocomplete=\"off\"></label><button id=\"toggle\" class=\"button\" type=\"button\">Open all</button><output id=\"filter-count\" class=\"muted\"></output></form>\n");
    }

    private void One(Example example)
    {
        var kinds = string.Join(' ', example.Tags.Select(tag => WireName.Of(tag.Kind)).Distinct(StringComparer.Ordinal));
        var candidates = string.Join(' ', example.Tags.Where(tag => tag.Candidate >= 0).Select(tag => $"{tag.Candidate}").Distinct(StringComparer.Ordinal));
        html.Write($"<details class=\"card example\" id=\"row-{example.Number}\" data-kinds=\"{kinds}\" data-candidates=\"{candidates}\"><summary><span class=\"which\"><bdi>{ExampleRow.Clip(example.Id, 80)}</bdi> <span class=\"muted\">row {MetricText.Count(example.Number)}{(example.Task.Length > 0 ? ", " + ExampleRow.Clip(example.Task, 80) : "")}</span></span><span class=\"tags\">");
        foreach (var tag in example.Tags.Where(tag => tag.Metric >= 0))
        {
            html.Write($"<span class=\"tag {(tag.Kind == ExampleKind.Regression ? "bad" : "good")}\">{(tag.Kind == ExampleKind.Regression ? VerdictText.Mark(Verdict.Worse) : VerdictText.Mark(Verdict.Better))} <bdi>{view.Result.Candidates[tag.Candidate].Name}</bdi>: <bdi>{set.Scorers[tag.Metric]}</bdi> {MetricText.Difference(_units[set.Scorers[tag.Metric]], tag.Difference)}</span>");
        }

        foreach (var tag in example.Tags.Where(tag => tag.Metric < 0))
        {
            html.Write($"<span class=\"tag\">{Word(tag.Kind)}</span>");
        }

        html.Write($"</span></summary>\n<div class=\"asked\"><div><h3>Prompt</h3><pre dir=\"auto\">{example.Prompt}</pre></div><div><h3>Reference</h3>");
        Text(example.Reference, "no reference");
        html.Write($"</div></div>\n<div class=\"answers\">");
        for (var i = 0; i < example.Answers.Count; i++)
        {
            Answer(view.Result.Candidates[i], example.Answers[i]);
        }

        html.Write($"</div></details>\n");
    }

    private void Answer(CandidateSummary candidate, ExampleAnswer answer)
    {
        html.Write($"<div class=\"answer\"><h3><bdi>{candidate.Name}</bdi>");
        if (candidate.Name == view.Result.Baseline && view.Result.Candidates.Count > 1)
        {
            html.Write($" <span class=\"tag\">baseline</span>");
        }

        if (answer.Milliseconds is { } took)
        {
            html.Write($" <span class=\"muted\">{MetricText.Seconds(took / 1000)}</span>");
        }

        html.Write($"</h3>");
        if (answer.Error is { } error)
        {
            html.Write($"<pre class=\"failed\" dir=\"auto\">the call failed: {error}</pre>");
        }
        else
        {
            Text(answer.Output ?? "", "empty answer");
        }

        if (answer.Scores.Count > 0)
        {
            html.Write($"<dl class=\"scores\">");
            foreach (var (scorer, value, reason) in answer.Scores)
            {
                var number = value is { } found ? _units.TryGetValue(scorer, out var unit) ? MetricText.Value(unit, found) : MetricText.Value(MetricUnit.Number, found) : "undefined";
                html.Write($"<div><dt><bdi>{scorer}</bdi></dt><dd><strong>{number}</strong>{(reason.Length > 0 ? " " + reason : "")}</dd></div>");
            }

            html.Write($"</dl>");
        }

        html.Write($"</div>");
    }

    private void Text(string text, string otherwise)
    {
        if (text.Length == 0)
        {
            html.Write($"<p class=\"muted\">({otherwise})</p>");
        }
        else
        {
            html.Write($"<pre dir=\"auto\">{text}</pre>");
        }
    }
}
