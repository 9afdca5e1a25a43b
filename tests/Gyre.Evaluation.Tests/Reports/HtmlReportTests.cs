using System.Text.RegularExpressions;
using Gyre.Evaluation.Experiments;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Reports;
using Gyre.Evaluation.Tests.Experiments;

namespace Gyre.Evaluation.Tests.Reports;

public sealed partial class HtmlReportTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gyre-test-").FullName;

    private string Rows => Path.Combine(_folder, ReportFolder.RowsName);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Equal_results_and_rows_are_equal_bytes()
    {
        var result = await SampleExperiment.FourAsync(Rows, rows: 60);
        ReportFolder.Write(_folder, result);
        var first = Directory.GetFiles(_folder).Order(StringComparer.Ordinal).Select(path => (Path.GetFileName(path), Convert.ToHexString(File.ReadAllBytes(path)))).ToArray();
        first.Select(file => file.Item1).ShouldBe(["junit.xml", "report.html", "report.md", "result.json", "rows.jsonl"], ignoreOrder: true);
        await SampleExperiment.FourAsync(Rows, rows: 60);
        ReportFolder.Write(_folder, ResultFile.Load(Path.Combine(_folder, ReportFolder.ResultName)));
        Directory.GetFiles(_folder).Order(StringComparer.Ordinal).Select(path => (Path.GetFileName(path), Convert.ToHexString(File.ReadAllBytes(path)))).ShouldBe(first);
    }

    [Fact]
    public async Task Nothing_is_asked_of_any_other_place()
    {
        var page = Page(await SampleExperiment.FourAsync(Rows, rows: 60), Rows);
        Outside().Matches(page).ShouldBeEmpty();
        page.ShouldContain("content=\"default-src &#39;none&#39;; style-src &#39;sha256-");
    }

    [Fact]
    public async Task Text_from_outside_is_text_wherever_it_stands()
    {
        var hostile = SampleExperiment.Hostile + "\uD800";
        var rows = SampleExperiment.Rows(12).Select(row => row with { Id = row.Id + hostile, Task = row.Task + hostile, Prompt = hostile + row.Prompt, Reference = hostile + row.Id }).ToArray();
        var result = await SampleExperiment.RunAsync(rows, Rows, new ScriptedCandidate("a" + SampleExperiment.Hostile, row => row.Reference), new ScriptedCandidate("b", row => row.Id == rows[3].Id ? throw new InvalidOperationException(hostile) : hostile) { PricePerMillion = (1, 1) });
        var page = Page(result with { Name = hostile, Dataset = hostile, Provenance = hostile, DatasetDigest = hostile }, Rows);
        Regex.Count(page, "<script").ShouldBe(1);
        Regex.Count(page, "</script").ShouldBe(1);
        page.ShouldNotContain("<img");
        page.ShouldContain("&lt;/script&gt;&lt;script&gt;window.broken=1&lt;/script&gt;&lt;img src=x onerror=&quot;window.broken=2&quot;&gt;&#39;&quot;`|@team␀␛[31m⟨U+202E⟩שלום עולם");
        foreach (var letter in "\0\u001B\u202E\uFFFE\uD800")
        {
            page.Contains(letter).ShouldBeFalse($"U+{(int)letter:X4}");
        }
    }

    [Fact]
    public async Task What_has_no_value_says_why()
    {
        var page = Page(await SampleExperiment.FourAsync(Rows, rows: 60), Rows);
        page.ShouldContain("<span class=\"note\">no answer has a value, of 60: the row has no question that may be refused</span></td><td role=\"cell\" class=\"number value\"><strong>undefined</strong>");
        page.ShouldContain("1 of 60 without a value: the call failed");
        page.ShouldContain("<span class=\"note\">no sample has a value for both candidates</span></td><td role=\"cell\" class=\"number\"><strong>undefined</strong>");
        page.ShouldContain("the call failed: InvalidOperationException: the model is away");
    }

    [Fact]
    public async Task Numbers_of_the_page_are_those_of_the_result()
    {
        var result = await SampleExperiment.FourAsync(Rows);
        var page = Page(result, Rows);
        foreach (var item in result.Comparisons.Where(item => item.Scorer == "exact-match" && item.Comparison.Interval is not null))
        {
            page.ShouldContain(MetricText.Difference(MetricUnit.Share, item.Comparison.Difference.Number));
            page.ShouldContain(MetricText.DifferenceRange(MetricUnit.Share, item.Comparison.Interval!));
        }

        page.ShouldContain($"{result.Rows} rows of <bdi>shop</bdi>");
        page.ShouldContain("where a candidate is worse than the baseline (the largest differences)");
    }

    [Fact]
    public async Task Of_many_parts_those_with_the_most_rows_are_shown_and_the_page_says_so()
    {
        var rows = SampleExperiment.Rows(90).Select((row, i) => row with { Task = i < 80 ? $"t{i % 20}" : $"rare{i}" }).ToArray();
        var page = Page(await SampleExperiment.RunAsync(rows, null, new ScriptedCandidate("a", row => row.Reference)), null, options: new ReportOptions { Segments = 22 });
        page.ShouldContain("22 of 32 parts are here, those with the most rows");
        page.ShouldContain("<bdi>task=t7</bdi>");
        page.ShouldNotContain("<bdi>task=rare81</bdi>");
    }

    [Fact]
    public async Task Rows_of_another_experiment_leave_no_page_half_written()
    {
        var result = await SampleExperiment.FourAsync(rows: 12);
        await SampleExperiment.FourAsync(Rows, rows: 13);
        Should.Throw<EvaluationException>(() => ReportFolder.Write(_folder, result)).Code.ShouldBe("EVA0044");
        Directory.GetFiles(_folder).Select(Path.GetFileName).ShouldBe(["rows.jsonl", "result.json", "report.md", "junit.xml"], ignoreOrder: true);
    }

    [Fact]
    public void Options_out_of_range_are_told_together()
    {
        var error = Should.Throw<ArgumentException>(() => new ReportOptions { Regressions = -1, MostCharacters = 5 }.Require());
        error.Message.ShouldContain("Regressions is -1, expected 0 to 1000; MostCharacters is 5, expected 100 to 100000");
    }

    private static string Page(ExperimentResult result, string? rows, ReportOptions? options = null)
    {
        using var writer = new StringWriter();
        HtmlReport.Write(result, writer, rows, options);
        return writer.ToString();
    }

    [GeneratedRegex("""(src|href|action|data|poster)\s*=\s*["'](?!#)|url\(|@import|https?:|fetch\(|XMLHttp|<(link|iframe|object|embed|base|img)\b""", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Outside();
}
