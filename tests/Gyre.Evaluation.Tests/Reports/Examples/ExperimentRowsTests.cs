using System.Text.Json;
using Gyre.Evaluation.Experiments;
using Gyre.Evaluation.Reports;
using Gyre.Evaluation.Reports.Examples;

namespace Gyre.Evaluation.Tests.Reports.Examples;

public sealed class ExperimentRowsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gyre-test-").FullName;

    private string RowsPath => Path.Combine(_folder, ReportFolder.RowsName);

    private string IndexPath => Path.Combine(_folder, "index", "rows.index");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Every_query_finds_what_going_through_all_rows_finds()
    {
        var result = await SampleExperiment.FourAsync(RowsPath);
        var lines = File.ReadLines(RowsPath).Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        using var rows = ExperimentRows.Open(result, RowsPath, IndexPath, TestContext.Current.CancellationToken);

        foreach (var metric in new[] { "exact-match", "length" })
        {
            foreach (var candidate in new[] { "few-shot", "small" })
            {
                var sign = metric == "length" ? -1 : 1; // Fewer characters are better.
                var worse = Enumerable.Range(1, lines.Length).Select(number => (number, loss: sign * (Value(number, "default") - Value(number, candidate)))).Where(row => row.loss > 0).ToArray();
                var page = rows.Find(new RowQuery { Kind = RowKind.Regressions, Candidate = candidate, Metric = metric, Take = 200 }, TestContext.Current.CancellationToken);
                page.Total.ShouldBe(worse.Length);
                worse.Length.ShouldBeInRange(1, 200);
                page.Examples.Select(example => example.Number).ShouldBe(worse.OrderByDescending(row => row.loss).ThenBy(row => row.number).Select(row => (long)row.number));
                var better = rows.Find(new RowQuery { Kind = RowKind.Gains, Candidate = candidate, Metric = metric, Take = 200 }, TestContext.Current.CancellationToken);
                better.Examples.Select(example => example.Number).Intersect(page.Examples.Select(example => example.Number)).ShouldBeEmpty();
            }

            double? Value(int number, string candidate) => lines[number - 1].GetProperty("candidates").GetProperty(candidate) is var answer && answer.TryGetProperty("scores", out var scores) && scores.TryGetProperty(metric, out var score) && score.TryGetProperty("value", out var value) ? value.GetDouble() : null;
        }

        var failed = rows.Find(new RowQuery { Kind = RowKind.Failed }, TestContext.Current.CancellationToken);
        failed.Examples.Select(example => example.Id).ShouldBe(["item-17", "item-117", "item-217"]);
        failed.Examples[0].Answers[3].Error.ShouldNotBeNull().ShouldContain("the model is away");
        rows.Find(new RowQuery { Kind = RowKind.Failed, Candidate = "default" }, TestContext.Current.CancellationToken).Total.ShouldBe(0);
        rows.Find(new RowQuery { Kind = RowKind.Undefined, Metric = "refused", Candidate = "default" }, TestContext.Current.CancellationToken).Total.ShouldBe(240);
        rows.Find(new RowQuery { Kind = RowKind.Undefined, Metric = "length" }, TestContext.Current.CancellationToken).Total.ShouldBe(0);
        rows.Find(new RowQuery { Kind = RowKind.Regressions }, TestContext.Current.CancellationToken).Examples.Select(example => example.Number).ShouldBeInOrder();
    }

    [Fact]
    public async Task Parts_and_texts_narrow_and_pages_follow_each_other()
    {
        var result = await SampleExperiment.FourAsync(RowsPath);
        using var rows = ExperimentRows.Open(result, RowsPath, IndexPath, TestContext.Current.CancellationToken);

        var described = rows.Find(new RowQuery { Segment = "task=describe", Take = 200 }, TestContext.Current.CancellationToken);
        described.Total.ShouldBe(80);
        described.Examples.ShouldAllBe(example => example.Task == "describe");
        var cold = rows.Find(new RowQuery { Segment = "season=cold winter", Take = 200 }, TestContext.Current.CancellationToken);
        cold.Examples.Select(example => example.Number).ShouldBe(Enumerable.Range(0, 240).Where(i => i % 4 != 0).Select(i => i + 1L));
        rows.Segments.ShouldBe(["task=answer", "task=describe", "task=extract", "season=cold winter", "season=warm summer"]);

        var seen = new List<long>();
        long? from = 0;
        while (from is { } at)
        {
            var page = rows.Find(new RowQuery { From = at, Take = 50 }, TestContext.Current.CancellationToken);
            seen.AddRange(page.Examples.Select(example => example.Number));
            from = page.Next;
        }

        seen.ShouldBe(Enumerable.Range(1, 240).Select(i => (long)i));
        var found = rows.Find(new RowQuery { Text = "marlow SHIRT 23 is", Take = 50 }, TestContext.Current.CancellationToken);
        found.Examples.Select(example => example.Id).ShouldBe(["item-23"]);
        (found.Looked, found.Next).ShouldBe((240L, null));
        var bounded = rows.Find(new RowQuery { Text = "nothing has this", SearchBytes = 4_000 }, TestContext.Current.CancellationToken);
        bounded.Examples.ShouldBeEmpty();
        bounded.Looked.ShouldBeInRange(1, 20);
        bounded.Next.ShouldBe(bounded.Looked);
    }

    [Fact]
    public async Task A_row_is_read_by_its_number_with_its_trace()
    {
        var result = await SampleExperiment.FourAsync(RowsPath);
        var lines = await File.ReadAllLinesAsync(RowsPath, TestContext.Current.CancellationToken);
        lines[4] = lines[4].Replace("\"candidates\":{\"default\":{", "\"candidates\":{\"default\":{\"trace\":\"req_7\",", StringComparison.Ordinal);
        await File.WriteAllLinesAsync(RowsPath, lines, TestContext.Current.CancellationToken);
        using var rows = ExperimentRows.Open(result, RowsPath, IndexPath, TestContext.Current.CancellationToken);

        var row = rows.Read(5).ShouldNotBeNull();

        (row.Number, row.Id, row.Answers.Count).ShouldBe((5L, "item-4", 4));
        (row.Answers[0].Trace, row.Answers[1].Trace).ShouldBe(("req_7", null));
        rows.Read(0).ShouldBeNull();
        rows.Read(241).ShouldBeNull();
        rows.Read(240).ShouldNotBeNull().Id.ShouldBe("item-239");
    }

    [Fact]
    public async Task The_index_is_built_once_for_a_file_and_anew_when_the_file_or_the_index_changes()
    {
        var result = await SampleExperiment.FourAsync(RowsPath);
        ExperimentRows.Open(result, RowsPath, IndexPath, TestContext.Current.CancellationToken).Dispose();
        var built = File.GetLastWriteTimeUtc(IndexPath);
        var bytes = await File.ReadAllBytesAsync(IndexPath, TestContext.Current.CancellationToken);
        ExperimentRows.Open(result, RowsPath, IndexPath, TestContext.Current.CancellationToken).Dispose();
        File.GetLastWriteTimeUtc(IndexPath).ShouldBe(built);

        foreach (var damaged in new[] { [], bytes[..^1], bytes[..(bytes.Length / 2)], [.. bytes[..^40], .. new byte[40]], "nonsense that is no index at all, and is long enough"u8.ToArray() })
        {
            await File.WriteAllBytesAsync(IndexPath, damaged, TestContext.Current.CancellationToken);
            ExperimentRows.Open(result, RowsPath, IndexPath, TestContext.Current.CancellationToken).Dispose();
            (await File.ReadAllBytesAsync(IndexPath, TestContext.Current.CancellationToken)).ShouldBe(bytes);
        }

        var lines = await File.ReadAllLinesAsync(RowsPath, TestContext.Current.CancellationToken);
        (lines[0], lines[1]) = (lines[1], lines[0]);
        await File.WriteAllLinesAsync(RowsPath, lines, TestContext.Current.CancellationToken);
        using var rows = ExperimentRows.Open(result, RowsPath, IndexPath, TestContext.Current.CancellationToken);
        rows.Read(1).ShouldNotBeNull().Id.ShouldBe("item-1");
        Directory.GetFiles(Path.GetDirectoryName(IndexPath)!).ShouldBe([IndexPath]);
    }

    [Fact]
    public async Task What_does_not_fit_the_experiment_is_refused_in_words()
    {
        var result = await SampleExperiment.FourAsync(RowsPath);
        using (var rows = ExperimentRows.Open(result, RowsPath, IndexPath, TestContext.Current.CancellationToken))
        {
            Refused(rows, new RowQuery { Candidate = "nobody" }, "the candidate is 'nobody'");
            Refused(rows, new RowQuery { Metric = "bleu" }, "the metric is 'bleu'");
            Refused(rows, new RowQuery { Segment = "colour=red" }, "the part is 'colour=red'");
            Refused(rows, new RowQuery { Segment = "task=none" }, "no row is of the part 'task=none'");
            Refused(rows, new RowQuery { Kind = RowKind.Gains, Candidate = "default" }, "is the baseline");
            Refused(rows, new RowQuery { Take = 201 }, "found 201 rows");
            Refused(rows, new RowQuery { Text = "" }, "a text of 0 characters");
        }

        File.AppendAllText(RowsPath, File.ReadLines(RowsPath).First() + "\n");
        Should.Throw<EvaluationException>(() => ExperimentRows.Open(result, RowsPath, IndexPath)).Code.ShouldBe("EVA0044");
        File.WriteAllText(RowsPath, "nonsense");
        Should.Throw<EvaluationException>(() => ExperimentRows.Open(result, RowsPath, IndexPath)).Code.ShouldBe("EVA0043");
        File.Delete(RowsPath);
        Should.Throw<EvaluationException>(() => ExperimentRows.Open(result, RowsPath, IndexPath)).Code.ShouldBe("EVA0046");
        File.Exists(IndexPath + ".partial").ShouldBeFalse();

        static void Refused(ExperimentRows rows, RowQuery query, string words)
        {
            var error = Should.Throw<EvaluationException>(() => rows.Find(query));
            error.Code.ShouldBe("EVA0048");
            error.Message.ShouldContain(words);
        }
    }
}
