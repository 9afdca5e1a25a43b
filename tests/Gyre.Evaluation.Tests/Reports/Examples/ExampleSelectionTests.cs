using System.Text;
using Gyre.Evaluation.Experiments;
using Gyre.Evaluation.Reports;
using Gyre.Evaluation.Reports.Examples;
using Gyre.Evaluation.Tests.Experiments;

namespace Gyre.Evaluation.Tests.Reports.Examples;

public sealed class ExampleSelectionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gyre-test-").FullName;

    private string Rows => Path.Combine(_folder, ReportFolder.RowsName);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Rows_are_counted_and_the_largest_losses_and_gains_are_chosen()
    {
        // Row i is longer by i letters, and wrong, from row 100 on; shorter, and right, in rows 10 to 19.
        var result = await SampleExperiment.RunAsync(
            SampleExperiment.Rows(150),
            Rows,
            new ScriptedCandidate("a", row => Number(row.Id) is >= 10 and < 20 ? row.Reference + " more" : row.Reference),
            new ScriptedCandidate("b", row => Number(row.Id) >= 100 ? row.Reference + new string('x', Number(row.Id)) : row.Reference));

        var set = ExampleSelection.Choose(Rows, result, new ReportOptions { Regressions = 6, Gains = 4, Failures = 3, Sample = 5 }, TestContext.Current.CancellationToken);

        (set.Regressions, set.Gains, set.Failures).ShouldBe((50L, 10L, 150L));
        set.Counts.ShouldBe([new RowCounts(0, 1, 10, 90, 50), new RowCounts(1, 1, 10, 90, 50)]);
        var worse = set.Examples.Where(example => example.Tags.Any(tag => tag.Kind == ExampleKind.Regression)).ToArray();
        worse.Length.ShouldBe(6);
        worse.ShouldContain(example => example.Id == "item-149");
        worse.ShouldContain(example => example.Tags.Any(tag => tag.Metric == 1 && tag.Difference == 149));
        set.Examples.Count(example => example.Tags.Any(tag => tag.Kind == ExampleKind.Gain)).ShouldBe(4);
        set.Examples.Count(example => example.Tags.Any(tag => tag.Kind == ExampleKind.Failure)).ShouldBe(3);
        set.Examples.Count(example => example.Tags.Any(tag => tag.Kind == ExampleKind.Sample)).ShouldBe(5);
        set.Examples.Select(example => example.Number).ShouldBeUnique();
        var first = set.Examples[0];
        (first.Answers[0].Output, first.Answers[1].Output).ShouldBe((first.Reference, first.Reference + new string('x', Number(first.Id))));
        first.Answers[1].Scores.Single(score => score.Scorer == "refused").Reason.ShouldBe("the row has no question that may be refused");
    }

    [Fact]
    public async Task Among_equal_losses_the_seed_chooses_and_not_the_order_of_the_file()
    {
        var result = await SampleExperiment.RunAsync(SampleExperiment.Rows(400), Rows, new ScriptedCandidate("a", row => row.Reference), new ScriptedCandidate("b", row => new string('x', row.Reference.Length)));
        var options = new ReportOptions { Regressions = 40, Gains = 0, Failures = 0, Sample = 0 };
        var chosen = ExampleSelection.Choose(Rows, result, options).Examples.Select(example => example.Number).ToArray();
        chosen.Length.ShouldBe(40);
        chosen.Average().ShouldBe(200, 60);
        ExampleSelection.Choose(Rows, result, options).Examples.Select(example => example.Number).ShouldBe(chosen);
        ExampleSelection.Choose(Rows, result with { Comparison = result.Comparison with { Seed = 12 } }, options).Examples.Select(example => example.Number).ShouldNotBe(chosen);
    }

    [Fact]
    public void Memory_does_not_grow_with_the_rows()
    {
        var small = AllocatedFor(2_000);
        var large = AllocatedFor(20_000);
        large.ShouldBeLessThan(small + (256 << 10));
        new FileInfo(Rows).Length.ShouldBeGreaterThan(20L << 20);

        long AllocatedFor(int rows)
        {
            WriteRows(rows);
            var result = Result(rows);
            ExampleSelection.Choose(Rows, result, new ReportOptions());
            var before = GC.GetAllocatedBytesForCurrentThread();
            ExampleSelection.Choose(Rows, result, new ReportOptions()).Examples.Count.ShouldBeGreaterThan(60);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Theory]
    [InlineData("nonsense", "EVA0043", "line 2 is not a row")]
    [InlineData("[]", "EVA0043", "line 2 is not a row")]
    [InlineData("{\"candidates\":{\"a\":{\"scores\":{\"s\":{\"value\":\"1\"}}},\"b\":{}}}", "EVA0043", "line 2 is not a row")]
    [InlineData("{\"candidates\":{\"a\":{},\"b\":{}}} {}", "EVA0043", "line 2 is not a row")]
    [InlineData("{\"candidates\":{\"a\":[[[[[[[[[]]]]]]]]],\"b\":{}}}", "EVA0043", "line 2 is not a row")]
    [InlineData("{\"candidates\":{\"a\":{}}}", "EVA0044", "line 2 lacks the candidate 'b'")]
    [InlineData("{\"candidates\":{\"a\":{},\"b\":{},\"c\":{}}}", "EVA0044", "line 2 has the candidate 'c'")]
    [InlineData("{\"candidates\":{\"a\":{},\"b\":{}}}", "EVA0044", "found 2 rows, but the result is of 3")]
    public void Damaged_and_strange_rows_are_refused_with_their_line(string line, string code, string message)
    {
        WriteRows(1);
        File.AppendAllText(Rows, line + "\n");
        var error = Should.Throw<EvaluationException>(() => ExampleSelection.Choose(Rows, Result(3), new ReportOptions()));
        error.Code.ShouldBe(code);
        error.Message.ShouldContain(message);
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        var error = Should.Throw<EvaluationException>(() => ExampleSelection.Choose(Rows, Result(3), new ReportOptions()));
        error.Code.ShouldBe("EVA0046");
        error.Message.ShouldContain(Rows);
    }

    [Fact]
    public void Lines_may_be_longer_than_the_first_buffer_and_the_last_needs_no_end()
    {
        File.WriteAllText(Rows, new string('a', 300_000) + "\n\n" + "bc");
        using var lines = new RowLines(Rows);
        var lengths = new List<int>();
        while (lines.TryRead(out var line))
        {
            lengths.Add(line.Length);
        }

        lengths.ShouldBe([300_000, 0, 2]);
        lines.Number.ShouldBe(3);
    }

    [Fact]
    public void Long_texts_lose_their_middle_and_no_character_is_cut()
    {
        var text = string.Concat(Enumerable.Repeat("😀", 500));
        var clipped = ExampleRow.Clip(text, 101);
        clipped.ShouldMatch(@"^(😀)+\n\[… [0-9]+ characters left out …\]\n(😀)+$");
        ExampleRow.Clip("short", 100).ShouldBe("short");
    }

    private static int Number(string id) => int.Parse(id[5..]);

    private static ExperimentResult Result(int rows)
    {
        var form = Gyre.Evaluation.Metrics.MetricForm.Share("these tests");
        return new ExperimentResult("n", "d", "0", "p", rows, "a", [Candidate("a"), Candidate("b")], [], [])
        {
            Metrics = [new ExperimentMetric("s", null, form, null, null)],
            Comparison = new Gyre.Evaluation.Statistics.ComparisonOptions(),
        };

        static CandidateSummary Candidate(string name) => new(name, "0", 1, 0, 0, 0, 0, null, null, null, 0);
    }

    private void WriteRows(int count)
    {
        var padding = new string('p', 1200);
        using var writer = new StreamWriter(Rows, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { NewLine = "\n" };
        for (var i = 0; i < count; i++)
        {
            var failure = i % 7 == 0 ? "\"reason\":\"none\"" : $"\"value\":{i % 5 / 5.0}";
            writer.WriteLine($"{{\"id\":\"{i}\",\"task\":\"t\",\"prompt\":\"{padding}\",\"reference\":\"\",\"candidates\":{{\"a\":{{\"output\":\"x\",\"milliseconds\":1.5,\"scores\":{{\"s\":{{\"value\":0.4}}}}}},\"b\":{{\"output\":\"y\",\"scores\":{{\"s\":{{{failure}}}}}}}}}}}");
        }
    }
}
