using System.Text.Json.Nodes;
using Gyre.Contracts;
using Gyre.Evaluation.Datasets;
using Gyre.Evaluation.Experiments;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Replies;
using Gyre.Evaluation.Scorers;
using Gyre.Evaluation.Statistics;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Experiments;

public sealed class ExperimentRunTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gyre-test-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Candidates_are_compared_row_by_row_over_all_rows_and_each_part()
    {
        var plan = Plan(Rows(60), Right("good"), new ScriptedCandidate("bad", row => int.Parse(row.Id) % 2 == 0 ? row.Reference : "wrong")) with { Segments = [new SegmentKey("task")] };
        var result = await new ExperimentRun(plan).RunAsync(cancellationToken: Token);
        result.Rows.ShouldBe(60);
        result.Cells.Where(cell => cell.Segment.Length == 0).Select(cell => (cell.Candidate, cell.Value.Number, cell.Count)).ShouldBe([("good", 1.0, 60L), ("bad", 0.5, 60L)]);
        result.Cells.Select(cell => cell.Segment).Distinct().ShouldBe(["", "task=even", "task=odd"]);
        result.Cells.Single(cell => cell.Segment == "task=odd" && cell.Candidate == "bad").Value.Number.ShouldBe(0);
        var all = result.Comparisons.Single(item => item.Segment.Length == 0);
        (all.Candidate, all.Baseline).ShouldBe(("bad", "good"));
        all.Comparison.Difference.Number.ShouldBe(-0.5);
        all.Comparison.PValue!.Value.ShouldBeLessThan(0.01);
        all.AdjustedPValue.ShouldBe(all.Comparison.PValue);
        all.MinimumDetectableEffect!.Value.ShouldBeInRange(0.1, 0.3);
        result.Comparisons.Single(item => item.Segment == "task=even").Comparison.Difference.Number.ShouldBe(0);
    }

    [Fact]
    public async Task Results_do_not_depend_on_the_parallelism()
    {
        var results = new List<ExperimentResult>();
        foreach (var parallelism in new[] { 1, 7, 64 })
        {
            var path = Path.Combine(_folder, $"rows-{parallelism}.jsonl");
            var plan = Plan(Rows(100), Right("a"), new ScriptedCandidate("b", row => row.Id)) with { Parallelism = parallelism, RowsPath = path };
            results.Add(await new ExperimentRun(plan).RunAsync(cancellationToken: Token));
        }

        results[1].Cells.ShouldBe(results[0].Cells);
        results[2].Comparisons.ShouldBe(results[0].Comparisons);
        File.ReadAllText(Path.Combine(_folder, "rows-64.jsonl")).ShouldBe(File.ReadAllText(Path.Combine(_folder, "rows-1.jsonl")));
    }

    [Fact]
    public async Task What_was_answered_once_is_not_asked_again_and_a_changed_candidate_is()
    {
        using var replies = ReplyCache.Open(Path.Combine(_folder, "replies.jsonl"));
        var first = Right("a");
        var one = await new ExperimentRun(Plan(Rows(20), first) with { Replies = replies }).RunAsync(cancellationToken: Token);
        var second = Right("a");
        var two = await new ExperimentRun(Plan(Rows(25), second) with { Replies = replies }).RunAsync(cancellationToken: Token);
        (first.Calls, second.Calls).ShouldBe((20, 5));
        (one.Candidates[0].Kept, two.Candidates[0].Kept).ShouldBe((0L, 20L));
        var other = new ScriptedCandidate("a", row => row.Reference, digest: "2");
        await new ExperimentRun(Plan(Rows(20), other) with { Replies = replies }).RunAsync(cancellationToken: Token);
        other.Calls.ShouldBe(20);
    }

    [Fact]
    public async Task A_run_that_was_stopped_goes_on_where_it_was_and_ends_with_the_same_result()
    {
        var whole = await new ExperimentRun(Plan(Rows(50), Right("a"))).RunAsync(cancellationToken: Token);
        using var replies = ReplyCache.Open(Path.Combine(_folder, "replies.jsonl"));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var asked = 0;
        var stopping = new ScriptedCandidate("a", row =>
        {
            if (Interlocked.Increment(ref asked) == 20)
            {
                stop.Cancel();
            }

            return row.Reference;
        });
        await Should.ThrowAsync<OperationCanceledException>(() => new ExperimentRun(Plan(Rows(50), stopping) with { Replies = replies, Parallelism = 3 }).RunAsync(cancellationToken: stop.Token));
        replies.Count.ShouldBeInRange(19, 30);
        var rest = Right("a");
        var resumed = await new ExperimentRun(Plan(Rows(50), rest) with { Replies = replies }).RunAsync(cancellationToken: Token);
        rest.Calls.ShouldBe(50 - (int)resumed.Candidates[0].Kept);
        resumed.Cells.ShouldBe(whole.Cells);
    }

    [Fact]
    public async Task A_call_that_fails_marks_its_answer_and_is_asked_again_next_time()
    {
        using var replies = ReplyCache.Open(Path.Combine(_folder, "replies.jsonl"));
        var faulty = new ScriptedCandidate("a", row => row.Id == "7" ? throw new InvalidOperationException("away") : row.Reference);
        var result = await new ExperimentRun(Plan(Rows(10), faulty) with { Replies = replies }).RunAsync(cancellationToken: Token);
        result.Passed.ShouldBeFalse();
        result.Candidates[0].Failed.ShouldBe(1);
        (result.Cells[0].Count, result.Cells[0].Undefined, result.Cells[0].Reason).ShouldBe((9L, 1L, "the call failed"));
        var mended = Right("a");
        (await new ExperimentRun(Plan(Rows(10), mended) with { Replies = replies }).RunAsync(cancellationToken: Token)).Passed.ShouldBeTrue();
        mended.Calls.ShouldBe(1);
    }

    [Fact]
    public async Task Too_many_failures_stop_the_run_with_the_last_reason()
    {
        var away = new ScriptedCandidate("a", _ => throw new HttpRequestException("connection refused"));
        var error = await Should.ThrowAsync<EvaluationException>(() => new ExperimentRun(Plan(Rows(100), away) with { MaxFailures = 5, Parallelism = 4 }).RunAsync(cancellationToken: Token));
        error.Code.ShouldBe("EVA0014");
        error.Message.ShouldContain("connection refused");
        away.Calls.ShouldBeLessThan(60);
    }

    [Fact]
    public async Task A_scorer_that_throws_leaves_its_score_out_and_the_run_goes_on()
    {
        var path = Path.Combine(_folder, "rows.jsonl");
        var plan = Plan(Rows(10), Right("a")) with { Scorers = [new ScorerPlan(new ExactMatchScorer()), new ScorerPlan(new ThrowingScorer())], RowsPath = path };
        var result = await new ExperimentRun(plan).RunAsync(cancellationToken: Token);
        result.Cells[0].Value.ShouldBe(MetricValue.Of(1));
        (result.Cells[1].Count, result.Cells[1].Undefined).ShouldBe((9L, 1L));
        result.Cells[1].Reason.ShouldContain("row 3 is too much");
        var row = JsonNode.Parse(File.ReadAllLines(path)[3])!;
        row["candidates"]!["a"]!["scores"]!["throws"]!["reason"]!.GetValue<string>().ShouldContain("row 3 is too much");
    }

    [Fact]
    public async Task A_threshold_is_met_only_when_every_row_has_a_value()
    {
        var rows = Rows(10).Append(new DatasetRow("10", "even", "p", "", new Dictionary<string, string>(), "", "")).ToArray();
        var plan = Plan(rows, Right("a")) with { Scorers = [new ScorerPlan(new ExactMatchScorer()) { Threshold = 0.5 }] };
        var result = await new ExperimentRun(plan).RunAsync(cancellationToken: Token);
        result.Cells[0].Value.Number.ShouldBe(1);
        result.Cells[0].IsMet.ShouldBe(false);
        result.Cells[0].Reason.ShouldContain("reference is empty");
    }

    [Fact]
    public async Task The_gate_fails_on_a_planted_regression_and_opens_for_an_equal_candidate()
    {
        var worse = new ScriptedCandidate("worse", row => int.Parse(row.Id) % 4 == 0 ? "wrong" : row.Reference);
        var equal = new ScriptedCandidate("equal", row => int.Parse(row.Id) % 100 == 0 ? "wrong" : row.Reference);
        var plan = Plan(Rows(100), Right("base"), worse, equal) with { Scorers = [new ScorerPlan(new ExactMatchScorer()) { Tolerance = 0.02 }] };
        var result = await new ExperimentRun(plan).RunAsync(cancellationToken: Token);
        result.Gates.Select(check => (check.Candidate, check.Verdict)).ShouldBe([("worse", GateVerdict.Failed), ("equal", GateVerdict.Passed)]);
        result.Gates[0].Finding.Difference.Number.ShouldBe(-0.25);
        result.Gates[0].Finding.DetectableRegression!.Value.ShouldBeInRange(0.1, 0.15);
        result.IsGateOpen.ShouldBeFalse();
    }

    [Fact]
    public async Task The_gate_does_not_open_for_what_was_not_shown()
    {
        DatasetRow[] rows = [new("1", "even", "p", "", new Dictionary<string, string>(), "", "")];
        var plan = Plan(rows, Right("base"), Right("other")) with { Scorers = [new ScorerPlan(new ExactMatchScorer()) { Tolerance = 0.1 }] };
        var result = await new ExperimentRun(plan).RunAsync(cancellationToken: Token);
        result.Gates.Single().Verdict.ShouldBe(GateVerdict.NotShown);
        result.IsGateOpen.ShouldBeFalse();
    }

    [Fact]
    public async Task Costs_and_times_stand_beside_quality()
    {
        var candidate = new ScriptedCandidate("a", row => row.Reference) { PricePerMillion = (2m, 10m) };
        var result = await new ExperimentRun(Plan(Rows(20), candidate)).RunAsync(cancellationToken: Token);
        var summary = result.Candidates[0];
        summary.Cost.ShouldBe(((summary.InputTokens * 2m) + (summary.OutputTokens * 10m)) / 1_000_000m);
        summary.MedianSeconds!.Value.ShouldBe(0.008, 0.002);
        summary.P95Seconds!.Value.ShouldBeGreaterThanOrEqualTo(summary.MedianSeconds.Value);
    }

    [Fact]
    public void A_plan_that_cannot_be_run_tells_all_its_faults()
    {
        var plan = Plan(Rows(1), Right("a"), Right("a")) with { Parallelism = 0, Baseline = "b", Scorers = [new ScorerPlan(new ExactMatchScorer()), new ScorerPlan(new ExactMatchScorer()) { Tolerance = -1 }] };
        var error = Should.Throw<EvaluationException>(() => new ExperimentRun(plan));
        error.Code.ShouldBe("EVA0013");
        foreach (var fault in new[] { "2 candidates are called 'a'", "parallelism is 0", "the baseline 'b' is no candidate", "'exact-match' is planned 2 times", "tolerance of 'exact-match' is -1" })
        {
            error.Message.ShouldContain(fault);
        }
    }

    private static ScriptedCandidate Right(string name) => new(name, row => row.Reference);

    private static DatasetRow[] Rows(int count) =>
        [.. Enumerable.Range(0, count).Select(i => new DatasetRow($"{i}", i % 2 == 0 ? "even" : "odd", $"Prompt {i}", $"answer {i}", new Dictionary<string, string>(), "", ""))];

    private static ExperimentPlan Plan(IReadOnlyList<DatasetRow> rows, params ICandidate[] candidates) => new()
    {
        Name = "test",
        Dataset = new RowDataset("rows", rows, "this test"),
        Candidates = candidates,
        Scorers = [new ScorerPlan(new ExactMatchScorer())],
        Parallelism = 4,
        Comparison = new ComparisonOptions { Resamples = 400, Seed = 3 },
    };

    private sealed class ThrowingScorer : IScorer
    {
        public string Name => "throws";

        public MetricForm Form { get; } = MetricForm.Share("this test");

        public ValueTask<Score> ScoreAsync(DatasetRow row, string output, CancellationToken cancellationToken) =>
            row.Id == "3" ? throw new NotSupportedException("row 3 is too much") : ValueTask.FromResult(Score.Of(1));
    }
}
