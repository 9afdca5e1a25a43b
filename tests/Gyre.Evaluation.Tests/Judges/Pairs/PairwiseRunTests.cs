using Gyre.Contracts;
using Gyre.Evaluation.Datasets;
using Gyre.Evaluation.Experiments;
using Gyre.Evaluation.Judges;
using Gyre.Evaluation.Judges.Pairs;
using Gyre.Evaluation.Replies;
using Gyre.Evaluation.Scorers;
using Gyre.Evaluation.Statistics;
using Gyre.Evaluation.Tests.Experiments;
using Microsoft.Extensions.AI;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Judges.Pairs;

public sealed class PairwiseRunTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gyre-test-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task An_honest_judge_finds_the_win_rate_and_shows_no_bias_for_places()
    {
        using var client = new ScriptedJudge(PairwiseJudgeTests.ByStars);
        var rows = new List<string>();
        var result = await new PairwiseRun(Plan(client) with { Parallelism = 7 }).RunAsync(new Listed(rows), Token);

        // Every third row is the second candidate's, every sixth a tie.
        (result.Wins, result.Ties, result.Losses, result.Undefined).ShouldBe((30L, 10L, 20L, 0L));
        result.WinRate.Number.ShouldBe(35 / 60.0);
        result.Interval!.Low.ShouldBeLessThan(35 / 60.0);
        result.PValue.ShouldBe(PairedTests.McNemar(30, 20));
        (result.Position.Pairs, result.Position.Changed, result.Position.PValue).ShouldBe((60L, 0L, 1.0));
        result.SelfJudged.ShouldBeEmpty();
        rows.ShouldBe([.. Enumerable.Range(0, 60).Select(i => $"{i}")]);
    }

    [Fact]
    public async Task A_judge_that_likes_the_first_place_is_found_out_and_decides_nothing()
    {
        using var client = new ScriptedJudge(ScriptedJudge.Json("first"));
        var result = await new PairwiseRun(Plan(client)).RunAsync(cancellationToken: Token);
        (result.Wins, result.Losses, result.Ties).ShouldBe((0L, 0L, 60L));
        (result.Position.Changed, result.Position.TowardsFirst, result.Position.TowardsSecond).ShouldBe((60L, 60L, 0L));
        result.Position.ChangeRate.Number.ShouldBe(1);
        result.Position.PValue.ShouldBeLessThan(1e-10);
        result.Verbosity.Correlation.IsDefined.ShouldBeFalse();
        result.Verbosity.LongerWinRate.IsDefined.ShouldBeFalse();
    }

    [Fact]
    public async Task A_judge_that_likes_length_is_found_out()
    {
        using var client = new ScriptedJudge(messages => ScriptedJudge.Json(ScriptedJudge.Section(messages, "first").Length > ScriptedJudge.Section(messages, "second").Length ? "first" : "second"));
        var result = await new PairwiseRun(Plan(client)).RunAsync(cancellationToken: Token);
        result.Verbosity.LongerWins.ShouldBe(result.Verbosity.Decided);
        result.Verbosity.LongerWinRate.Number.ShouldBe(1);
        result.Verbosity.Correlation.Number.ShouldBeGreaterThan(0.8);
        result.Verbosity.CorrelationInterval!.Low.ShouldBeGreaterThan(0.5);
    }

    [Fact]
    public async Task A_judge_that_is_a_candidate_is_held_against_a_control()
    {
        // It prefers its own answers always, as "first" does in both orders by looking for its mark.
        using var own = new ScriptedJudge(messages => ScriptedJudge.Json(ScriptedJudge.Section(messages, "first").StartsWith('A') ? "first" : "second"), "a");
        using var other = new ScriptedJudge(PairwiseJudgeTests.ByStars, "c");
        var result = await new PairwiseRun(Plan(own) with { Control = new PairwiseJudge(new JudgeModel(other)) }).RunAsync(cancellationToken: Token);
        result.SelfJudged.ShouldBe(["a"]);
        result.WinRate.Number.ShouldBe(1);
        result.SelfPreference!.Difference.Number.ShouldBe(1 - (35 / 60.0), 1e-12);
        result.SelfPreference.PValue!.Value.ShouldBeLessThan(0.005);
        result.Agreement!.Items.ShouldBe(60);
        result.Agreement.Share.Number.ShouldBe(0.5);
        result.Agreement.Kappa.Number.ShouldBe(0, 1e-12);
    }

    [Fact]
    public async Task Results_do_not_depend_on_the_parallelism_and_answers_are_shared_with_experiments()
    {
        using var replies = ReplyCache.Open(Path.Combine(_folder, "replies.jsonl"));
        using var client = new ScriptedJudge(PairwiseJudgeTests.ByStars);
        var plan = Plan(client) with { Replies = replies };
        await new ExperimentRun(new ExperimentPlan
        {
            Name = "before", Dataset = plan.Dataset, Candidates = [plan.First], Scorers = [new ScorerPlan(new NonEmptyScorer())], Replies = replies, Comparison = plan.Comparison,
        }).RunAsync(cancellationToken: Token);
        ((ScriptedCandidate)plan.First).Calls.ShouldBe(60);
        var one = await new PairwiseRun(plan).RunAsync(cancellationToken: Token);
        var many = await new PairwiseRun(plan with { Parallelism = 16 }).RunAsync(cancellationToken: Token);
        (((ScriptedCandidate)plan.First).Calls, ((ScriptedCandidate)plan.Second).Calls).ShouldBe((60, 60));
        (many with { SelfJudged = one.SelfJudged }).ShouldBe(one);
    }

    [Fact]
    public async Task A_judge_that_is_down_stops_the_run_which_goes_on_later_where_it_was()
    {
        using var replies = ReplyCache.Open(Path.Combine(_folder, "judge.jsonl"));
        var calls = 0;
        using var dying = new ScriptedJudge(messages => Interlocked.Increment(ref calls) > 50 ? throw new HttpRequestException("gone") : PairwiseJudgeTests.ByStars(messages));
        using var kept = new KeptChatClient(dying, replies, "m1", TimeProvider.System);
        var error = await Should.ThrowAsync<EvaluationException>(() => new PairwiseRun(Plan(kept)).RunAsync(cancellationToken: Token));
        error.Code.ShouldBe("EVA0040");
        replies.Count.ShouldBe(50);
        using var whole = new ScriptedJudge(PairwiseJudgeTests.ByStars);
        using var resumed = new KeptChatClient(whole, replies, "m1", TimeProvider.System);
        var result = await new PairwiseRun(Plan(resumed)).RunAsync(cancellationToken: Token);
        whole.Calls.Count.ShouldBe(120 - 50);
        (result.Wins, result.Ties, result.Losses).ShouldBe((30L, 10L, 20L));
    }

    [Fact]
    public async Task A_judge_that_is_down_stops_an_experiment_too_and_one_failure_does_not()
    {
        var isDown = false;
        using var client = new ScriptedJudge(messages => isDown || ScriptedJudge.Section(messages, "question").EndsWith(" 3", StringComparison.Ordinal) ? throw new HttpRequestException("gone") : ScriptedJudge.Json("yes"));
        ExperimentPlan Experiment() => new()
        {
            Name = "judged", Dataset = Rows(), Candidates = [Candidate("a", _ => "x")], Comparison = Options,
            Scorers = [new ScorerPlan(new CriterionJudge(new JudgeModel(client), Criteria.Find("depth")!))],
        };
        var result = await new ExperimentRun(Experiment()).RunAsync(cancellationToken: Token);
        (result.Cells[0].Count, result.Cells[0].Undefined).ShouldBe((59L, 1L));
        result.Cells[0].Reason.ShouldContain("did not answer");
        isDown = true;
        (await Should.ThrowAsync<EvaluationException>(() => new ExperimentRun(Experiment()).RunAsync(cancellationToken: Token))).Code.ShouldBe("EVA0040");
    }

    [Fact]
    public async Task Peoples_preferences_in_the_rows_are_a_control_and_the_table_tells_all()
    {
        using var own = new ScriptedJudge(PairwiseJudgeTests.ByStars, "a");
        var rows = Rows().Read().Select(row => row with { Facts = new Dictionary<string, string> { ["liked"] = (int.Parse(row.Id) % 6) switch { 0 or 1 or 2 => "First", 3 or 4 => "second", _ => int.Parse(row.Id) == 5 ? "both" : "tie" } } });
        var result = await new PairwiseRun(Plan(own) with { Dataset = new RowDataset("rated", [.. rows], "this test"), Control = new GivenPreferences("liked") }).RunAsync(cancellationToken: Token);
        (result.Agreement!.Items, result.Agreement.Missing, result.Agreement.Kappa.Number, result.Agreement.Alpha.Number).ShouldBe((59L, 1L, 1.0, 1.0));
        result.SelfPreference!.Difference.Number.ShouldBe(0);
        var table = result.ToMarkdown();
        foreach (var part in new[] { "| a against b, by pairwise-better | |", "30 wins, 10 ties, 20 losses", "0 of 60", "κ 1.000", "| the judge is a candidate | a; it prefers itself by 0.000" })
        {
            table.ShouldContain(part);
        }
    }

    [Fact]
    public async Task Failed_answers_have_no_verdict_and_too_many_stop_the_run()
    {
        using var client = new ScriptedJudge(PairwiseJudgeTests.ByStars);
        var faulty = Candidate("b", row => row.Id == "5" ? throw new InvalidOperationException("away") : "x");
        var result = await new PairwiseRun(Plan(client) with { Second = faulty }).RunAsync(cancellationToken: Token);
        (result.Undefined, result.Reason).ShouldBe((1L, "the call of 'b' failed: InvalidOperationException: away"));
        var error = await Should.ThrowAsync<EvaluationException>(() => new PairwiseRun(Plan(client) with { Second = Candidate("b", _ => throw new InvalidOperationException("away")), MaxFailures = 5 }).RunAsync(cancellationToken: Token));
        error.Code.ShouldBe("EVA0014");
    }

    [Fact]
    public void Plans_that_cannot_be_run_tell_all_their_faults()
    {
        using var client = new ScriptedJudge("x");
        var error = Should.Throw<EvaluationException>(() => new PairwiseRun(Plan(client) with { Second = Candidate("a", _ => ""), Parallelism = 0, MaxFailures = 0 }));
        error.Code.ShouldBe("EVA0013");
        foreach (var fault in new[] { "both candidates are called 'a'", "parallelism is 0", "maxFailures is 0" })
        {
            error.Message.ShouldContain(fault);
        }
    }

    private static ComparisonOptions Options => new() { Resamples = 500, Seed = 1, Threads = 1 };

    private static ScriptedCandidate Candidate(string name, Func<DatasetRow, string> answer) => new(name, answer);

    private static RowDataset Rows() => new("rows", [.. Enumerable.Range(0, 60).Select(i => JudgeRows.Row(prompt: $"Question {i}", id: $"{i}"))], "this test");

    /// <summary>The first candidate wins 30 rows of 60 by its stars, 10 are ties; lengths go their own way.</summary>
    private static PairwisePlan Plan(IChatClient client) => new()
    {
        Dataset = Rows(),
        First = Candidate("a", row => $"A{(int.Parse(row.Id) % 6 is 0 or 1 or 2 ? "*" : "")}{new string('a', int.Parse(row.Id) * 7 % 10)}"),
        Second = Candidate("b", row => $"B{(int.Parse(row.Id) % 6 is 3 or 4 ? "*" : "")}{new string('b', int.Parse(row.Id) * 3 % 10)}"),
        Judge = new PairwiseJudge(new JudgeModel(client)),
        Comparison = Options,
    };

    private sealed class Listed(List<string> rows) : IProgress<PairwiseRow>
    {
        public void Report(PairwiseRow value) => rows.Add(value.Id);
    }
}
