using System.Text;
using System.Text.Json.Nodes;
using Gyre.Evaluation.Experiments;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Reports;
using Gyre.Evaluation.Statistics;

namespace Gyre.Evaluation.Tests.Reports;

public sealed class ResultFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gyre-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_result_is_read_back_number_for_number()
    {
        var result = await SampleExperiment.FourAsync();
        var path = Path.Combine(_folder, "new", ReportFolder.ResultName);

        ResultFile.Save(path, result);

        Same(ResultFile.Load(path), result);
        Directory.GetFiles(Path.GetDirectoryName(path)!).ShouldBe([path]);
    }

    [Fact]
    public void Numbers_at_the_edges_and_texts_with_control_characters_survive()
    {
        var form = new MetricForm(ScoreDirection.LowerIsBetter, MetricUnit.Points, double.NegativeInfinity, double.PositiveInfinity, SampleExperiment.Hostile);
        var place = ("a\0b", (string?)"tâche", "key=\u202Epart", "one");
        var result = new ExperimentResult(
            "n\u0001", "d", "", "p\n", long.MaxValue, "one",
            [new CandidateSummary("one", "", 1, 0, 1, long.MaxValue, 0, 1.10m, 5e-324, double.MaxValue, 0), new CandidateSummary("two", "", 0, 0, 0, 0, 0, null, null, null, 0)],
            [new ExperimentCell(place.Item1, place.Item2, place.Item3, place.Item4, 3, 2, MetricValue.Of(-0.1 + 0.3), new Interval(-1e-300, 1.0 / 3, 0.99, "bootstrap"), "why", null), new ExperimentCell(place.Item1, place.Item2, "", "two", 0, 0, MetricValue.Undefined(UndefinedCause.TooLarge, "x"), null, "", false)],
            [new ExperimentComparison(place.Item1, place.Item2, "", "two", "one", new Comparison(0, 9, MetricValue.Of(1), MetricValue.Undefined(UndefinedCause.NoSamples, "none"), MetricValue.Undefined(UndefinedCause.NoSamples, "none"), null, null, null), null, 1e308)])
        {
            Metrics = [new ExperimentMetric(place.Item1, place.Item2, form, double.Epsilon, null)],
            Gates = [new GateCheck(place.Item1, place.Item2, "two", "one", 1e-9, new RegressionFinding(0, MetricValue.Undefined(UndefinedCause.NoSamples, "none"), null, null), null, GateVerdict.NotShown)],
            Comparison = new ComparisonOptions { Seed = ulong.MaxValue, Confidence = 0.999, Resamples = 1_000_000 },
        };

        var back = Read(Write(result));

        Same(back, result);
        Write(back).ShouldBe(Write(result));
        back.Candidates[0].Cost.ToString().ShouldBe("1.10");
    }

    [Fact]
    public async Task Equal_runs_leave_equal_bytes() =>
        Write(await SampleExperiment.FourAsync(rows: 40)).ShouldBe(Write(await SampleExperiment.FourAsync(rows: 40)));

    [Theory]
    [InlineData("name", null, "'name' is null; expected text")]
    [InlineData("dataset.rows", "-1", "'dataset.rows' is -1; expected a whole number from 0")]
    [InlineData("dataset.rows", "1.5", "'dataset.rows' is 1.5")]
    [InlineData("statistics.confidence", "1", "'statistics.confidence' is 1; expected a number between 0 and 1")]
    [InlineData("candidates", "{}", "'candidates' is an object; expected a list")]
    [InlineData("candidates[1].cost", "\"free\"", "'candidates[1].cost' is text; expected a decimal number")]
    [InlineData("metrics[0].unit", "\"yards\"", "'metrics[0].unit' is 'yards'; expected one of share, points, number, count")]
    [InlineData("cells[2].value", "1e999", "'cells[2].value' is 1e999; expected a finite number")]
    [InlineData("cells[2].value", "{\"undefined\":\"noSamples\",\"detail\":\" \"}", "'cells[2].value.detail' is an empty text")]
    [InlineData("cells[2].candidate", "\"nobody\"", "'cells[2].candidate' is 'nobody'; expected the name of one of the candidates")]
    [InlineData("cells[2].scorer", "\"bleu\"", "'cells[2].scorer' is 'bleu' of all rows; expected one of the metrics")]
    [InlineData("comparisons[0].pValue", "2", "'comparisons[0].pValue' is 2; expected a number from 0 to 1")]
    [InlineData("comparisons[0].interval.high", "-9", "'comparisons[0].interval.high' is -9; expected a number from")]
    [InlineData("gates[0].verdict", "\"maybe\"", "'gates[0].verdict' is 'maybe'; expected one of passed, failed, notShown")]
    [InlineData("gates[1].candidate", "\"nobody\"", "'gates[1].candidate' is 'nobody'")]
    [InlineData("baseline", "\"nobody\"", "'baseline' is 'nobody'")]
    public async Task A_wrong_member_is_named_with_what_was_found_and_expected(string member, string? value, string message)
    {
        var root = JsonNode.Parse(Write(await SampleExperiment.FourAsync(rows: 30)))!;
        var parts = member.Replace("[", ".", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal).Split('.');
        var owner = parts[..^1].Aggregate(root, (node, part) => int.TryParse(part, out var index) ? node[index]! : node[part]!);
        owner[parts[^1]] = value is null ? null : JsonNode.Parse(value);

        var error = Should.Throw<EvaluationException>(() => Read(Encoding.UTF8.GetBytes(root.ToJsonString())));

        error.Code.ShouldBe("EVA0042");
        error.Message.ShouldContain(message);
        error.Message.ShouldContain("some.json");
    }

    [Fact]
    public async Task A_part_that_stands_twice_is_refused()
    {
        var result = await SampleExperiment.FourAsync(rows: 6);
        var error = Should.Throw<EvaluationException>(() => Read(Write(result with { Cells = [.. result.Cells, result.Cells[1]] })));
        error.Message.ShouldContain($"'cells[{result.Cells.Count}]' is what an earlier one is");
    }

    [Theory]
    [InlineData("", "it is not JSON")]
    [InlineData("[]", "no format")]
    [InlineData("{\"format\":\"gyre-experiment-2\"}", "written by another version")]
    [InlineData("{\"format\":\"gyre-experiment-1\",\"format\":\"gyre-experiment-1\"}", "a member twice")]
    [InlineData("{\"format\":[[[[[[[[[[1]]]]]]]]]]}", "nested deeper than 8")]
    [InlineData("{\"format\":\"\\ud800\"}", "no format")]
    public void What_is_no_result_is_told_apart(string text, string message)
    {
        var error = Should.Throw<EvaluationException>(() => Read(Encoding.UTF8.GetBytes(text)));
        error.Code.ShouldBe("EVA0041");
        error.Message.ShouldContain(message);
    }

    [Fact]
    public void A_missing_file_and_one_without_end_are_refused()
    {
        var missing = Should.Throw<EvaluationException>(() => ResultFile.Load(Path.Combine(_folder, "none.json")));
        missing.Code.ShouldBe("EVA0046");
        missing.Message.ShouldContain("none.json");
        using var endless = new EndlessStream();
        Should.Throw<EvaluationException>(() => ResultFile.Read(endless, "endless")).Code.ShouldBe("EVA0046");
        endless.Bytes.ShouldBeLessThan(300L << 20);
    }

    [Fact]
    public async Task A_file_cut_or_changed_anywhere_never_fails_otherwise_than_by_name()
    {
        var bytes = Write(await SampleExperiment.FourAsync(rows: 6));
        var random = new Gyre.Contracts.SeededRandom(9);
        for (var i = 0; i < 600; i++)
        {
            var changed = i % 2 == 0 ? bytes[..random.NextInt32(bytes.Length)] : (byte[])bytes.Clone();
            for (var j = 0; j < i % 5 && changed.Length > 0; j++)
            {
                changed[random.NextInt32(changed.Length)] = (byte)random.NextInt32(256);
            }

            try
            {
                Read(changed);
            }
            catch (EvaluationException error)
            {
                error.Code.ShouldBeOneOf("EVA0041", "EVA0042");
            }
        }
    }

    [Fact]
    public async Task A_file_that_cannot_be_written_is_an_error_that_names_it_and_leaves_nothing()
    {
        var result = await SampleExperiment.FourAsync(rows: 6);
        var taken = Path.Combine(_folder, "taken");
        Directory.CreateDirectory(taken);
        var error = Should.Throw<EvaluationException>(() => ResultFile.Save(taken, result));
        error.Code.ShouldBe("EVA0045");
        error.Message.ShouldContain(taken);
        Directory.GetFileSystemEntries(_folder).ShouldBe([taken]);
    }

    private static byte[] Write(ExperimentResult result)
    {
        using var stream = new MemoryStream();
        ResultFile.Write(stream, result);
        return stream.ToArray();
    }

    private static ExperimentResult Read(byte[] bytes) => ResultFile.Read(new MemoryStream(bytes), "some.json");

    private static void Same(ExperimentResult one, ExperimentResult other)
    {
        one.Metrics.ShouldBe(other.Metrics);
        one.Comparison.ShouldBe(other.Comparison with { Threads = 0 });
        one.Candidates.ShouldBe(other.Candidates);
        one.Cells.ShouldBe(other.Cells);
        one.Comparisons.ShouldBe(other.Comparisons);
        one.Gates.ShouldBe(other.Gates);
        one.Remarks.ShouldBe(other.Remarks);
        (one with { Metrics = other.Metrics, Comparison = other.Comparison, Candidates = other.Candidates, Cells = other.Cells, Comparisons = other.Comparisons, Gates = other.Gates, Remarks = other.Remarks }).ShouldBe(other);
    }

    private sealed class EndlessStream : MemoryStream
    {
        public long Bytes { get; private set; }

        public override int Read(byte[] buffer, int offset, int count)
        {
            Array.Fill(buffer, (byte)' ', offset, count);
            Bytes += count;
            return count;
        }

        public override int Read(Span<byte> buffer)
        {
            buffer.Fill((byte)' ');
            Bytes += buffer.Length;
            return buffer.Length;
        }
    }
}
