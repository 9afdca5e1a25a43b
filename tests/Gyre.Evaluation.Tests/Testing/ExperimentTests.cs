using Gyre.Contracts;
using Gyre.Evaluation.Testing;
using Microsoft.Extensions.AI;

namespace Gyre.Evaluation.Tests.Testing;

public sealed class ExperimentTests
{
    private static readonly (string Prompt, string Reference)[] Capitals =
        [("Capital of France?", "Paris"), ("Capital of Italy?", "Rome"), ("Capital of Spain?", "Madrid"), ("Capital of Norway?", "Oslo")];

    [Fact]
    public async Task Three_lines_are_a_test_of_a_model()
    {
        using var client = new AnsweringClient(Right);

        var outcome = await Experiment.Over(Capitals).Ask(client).Score("exact-match", atLeast: 0.9).RunAsync(TestContext.Current.CancellationToken);
        outcome.ShouldPass();

        outcome.ValueOf("exact-match").Number.ShouldBe(1);
    }

    [Fact]
    public async Task A_failing_test_shows_the_table_and_the_rows_that_took_points_off()
    {
        using var client = new AnsweringClient(prompt => prompt.Contains("Italy", StringComparison.Ordinal) ? "Milan\u001b[31m" : Right(prompt));
        var outcome = await Experiment.Over(Capitals).Ask(client).Score("exact-match", atLeast: 0.9).Score("levenshtein").RunAsync(TestContext.Current.CancellationToken);

        var message = Should.Throw<ExperimentFailedException>(outcome.ShouldPass).Message;

        message.ShouldContain("did not pass");
        message.ShouldContain("✗");
        message.ShouldContain("75.0 %");
        message.ShouldContain("≥ 90.0 %");
        message.ShouldContain("row '2', model, exact-match");
        message.ShouldContain("asked:    Capital of Italy?");
        message.ShouldContain("wanted:   Rome");
        message.ShouldContain("answered: Milan␛[31m");
        message.ShouldNotContain("Capital of Spain");
        outcome.Failures.ShouldHaveSingleItem().RowId.ShouldBe("2");
    }

    [Fact]
    public async Task A_failed_test_is_told_from_one_that_could_not_run_by_the_interface_that_xunit_looks_for()
    {
        var outcome = await Experiment.Over(("a", "b")).Ask((_, _) => Task.FromResult("c")).Score("exact-match", atLeast: 1).RunAsync(TestContext.Current.CancellationToken);

        Should.Throw<ExperimentFailedException>(outcome.ShouldPass).GetType().GetInterfaces().ShouldContain(type => type.Name == "IAssertionException");
    }

    [Fact]
    public async Task A_limit_of_each_row_is_met_by_every_row_or_not_at_all()
    {
        var experiment = Experiment.Over(Capitals).Ask((prompt, _) => Task.FromResult(prompt.Contains("Norway", StringComparison.Ordinal) ? "Os" : Right(prompt)));

        var strict = await experiment.EachRow("levenshtein-similarity", atLeast: 0.6).RunAsync(TestContext.Current.CancellationToken);
        var mild = await experiment.EachRow("levenshtein-similarity", atLeast: 0.5).RunAsync(TestContext.Current.CancellationToken);

        mild.ShouldPass();
        var failure = Should.Throw<ExperimentFailedException>(strict.ShouldPass).Outcome.Failures.ShouldHaveSingleItem();
        (failure.RowId, failure.Output, failure.Reason).ShouldBe(("4", "Os", "50.0 %"));
    }

    [Fact]
    public async Task A_limit_where_less_is_better_is_a_greatest_value()
    {
        var outcome = await Experiment.Over(("a", "abc")).Ask((_, _) => Task.FromResult("ab")).Score("levenshtein", atMost: 0).EachRow("levenshtein", atMost: 1).RunAsync(TestContext.Current.CancellationToken);

        Should.Throw<ExperimentFailedException>(outcome.ShouldPass).Message.ShouldContain("≤ 0");
        outcome.Failures.ShouldHaveSingleItem().Scorer.ShouldBe("levenshtein");
    }

    [Fact]
    public async Task A_call_that_fails_fails_the_test_whatever_the_scores()
    {
        var outcome = await Experiment.Over(Capitals)
            .Ask((prompt, _) => prompt.Contains("Spain", StringComparison.Ordinal) ? throw new HttpRequestException("no route to the model") : Task.FromResult(Right(prompt)))
            .Score("exact-match", atLeast: 0.1).RunAsync(TestContext.Current.CancellationToken);

        var message = Should.Throw<ExperimentFailedException>(outcome.ShouldPass).Message;

        message.ShouldContain("1 of 4 calls of 'application' failed");
        message.ShouldContain("no route to the model");
    }

    [Fact]
    public async Task A_later_candidate_that_is_worse_beyond_its_tolerance_fails_the_test()
    {
        var rows = Enumerable.Range(0, 60).Select(i => ($"question {i}", "yes")).ToArray();
        var experiment = Experiment.Over(rows).Ask((_, _) => Task.FromResult("yes"), "old").Score("exact-match", tolerance: 0.02);

        var same = await experiment.Ask((_, _) => Task.FromResult("Yes."), "new").RunAsync(TestContext.Current.CancellationToken);
        var worse = await experiment.Ask((prompt, _) => Task.FromResult(prompt.EndsWith('7') || prompt.EndsWith('3') ? "no" : "yes"), "new").RunAsync(TestContext.Current.CancellationToken);

        same.ShouldPass();
        var message = Should.Throw<ExperimentFailedException>(worse.ShouldPass).Message;
        message.ShouldContain("'new' against 'old' is worse by more than 2.0 pp");
        message.ShouldContain("answered: no");
    }

    [Fact]
    public async Task A_test_that_demands_nothing_is_refused()
    {
        var outcome = await Experiment.Over(("a", "b")).Ask((_, _) => Task.FromResult("c")).Score("exact-match").RunAsync(TestContext.Current.CancellationToken);

        outcome.Passed.ShouldBeFalse();
        Should.Throw<EvaluationException>(outcome.ShouldPass).Code.ShouldBe("EVA0100");
    }

    [Fact]
    public async Task A_row_that_cannot_be_measured_fails_its_demand_and_says_why()
    {
        var outcome = await Experiment.Over(("a", "")).Ask((_, _) => Task.FromResult("c")).Score("rouge-1", atLeast: 0).RunAsync(TestContext.Current.CancellationToken);

        Should.Throw<ExperimentFailedException>(outcome.ShouldPass).Message.ShouldContain("no reference");
    }

    [Fact]
    public async Task Rows_come_from_files_and_plans_can_be_changed()
    {
        using var folder = new Benchmarks.TemporaryFolder();
        var path = Path.Combine(folder.Path, "rows.jsonl");
        await File.WriteAllTextAsync(path, """{"id":"x","prompt":"1 + 1","reference":"2"}""" + "\n", TestContext.Current.CancellationToken);

        var outcome = await Experiment.OverFile(path).Ask((_, _) => Task.FromResult("2")).Score("exact-match", atLeast: 1)
            .With(plan => plan with { Name = "sums", Parallelism = 4 }).RunAsync(TestContext.Current.CancellationToken);

        outcome.ShouldPass();
        outcome.Result.Name.ShouldBe("sums");
    }

    [Fact]
    public void Names_and_limits_that_cannot_be_are_refused()
    {
        var experiment = Experiment.Over(("a", "b"));

        Should.Throw<ArgumentException>(() => experiment.Score("exact-matsch")).Message.ShouldContain("exact-match");
        Should.Throw<ArgumentException>(() => experiment.Score("exact-match", atMost: 1)).Message.ShouldContain("expected atLeast");
        Should.Throw<ArgumentException>(() => experiment.Score("levenshtein", atLeast: 1)).Message.ShouldContain("expected atMost");
        Should.Throw<ArgumentException>(() => experiment.EachRow("exact-match")).Message.ShouldContain("no limit");
        Should.Throw<ArgumentException>(() => experiment.Score("exact-match", double.NaN));
        Should.Throw<EvaluationException>(() => experiment.Score("exact-match").RunAsync()).Code.ShouldBe("EVA0013");
    }

    private static string Right(string prompt) => Capitals.First(row => row.Prompt == prompt).Reference;

    private sealed class AnsweringClient(Func<string, string> answer) : IChatClient
    {
        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, answer(messages.Last().Text))));

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
