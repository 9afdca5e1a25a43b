using Gyre.Contracts;
using Gyre.Evaluation.Runs;
using Gyre.Evaluation.Scorers;
using Microsoft.Extensions.AI;

namespace Gyre.Evaluation.Tests.Runs;

public sealed class EvaluationRunTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gyre-evaluation").FullName;

    private string ResultsPath => Path.Combine(_folder, "sub", "results.jsonl");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_table_holds_means_intervals_and_demands()
    {
        var result = await Run(new FakeClient(prompt => prompt is "q0" or "q1" or "q2" ? "yes" : "no"), Options(threshold: 0.75), Rows(4));

        var metric = result.Metrics.Single();
        (metric.Count, metric.Undefined, metric.Mean, metric.Passed).ShouldBe((4, 0, 0.75, true));
        metric.Interval!.Method.ShouldBe("wilson");
        metric.Interval.Low.ShouldBeLessThan(0.75);
        result.Passed.ShouldBeTrue();
        result.ToMarkdown().ShouldContain("75.0 %");
        System.Text.Json.Nodes.JsonNode.Parse(result.ToJson())!["metrics"]![0]!["mean"]!.GetValue<double>().ShouldBe(0.75);
    }

    [Fact]
    public async Task A_mean_below_the_threshold_fails()
    {
        var result = await Run(new FakeClient(_ => "no"), Options(threshold: 0.5), Rows(4));

        result.Metrics.Single().Passed.ShouldBe(false);
        result.Passed.ShouldBeFalse();
        result.ToMarkdown().ShouldContain("FAIL");
    }

    [Fact]
    public async Task Undefined_scores_are_counted_and_meet_no_demand()
    {
        var rows = Rows(4).Select((row, i) => i == 3 ? row with { Reference = "" } : row).ToArray();

        var metric = (await Run(new FakeClient(_ => "yes"), Options(threshold: 0.5), rows)).Metrics.Single();

        (metric.Count, metric.Undefined, metric.Mean, metric.Passed).ShouldBe((3, 1, 1.0, false));
        metric.Reason.ShouldContain("reference is empty");
    }

    [Fact]
    public async Task A_failed_call_is_a_failed_row_and_is_asked_again_on_resume()
    {
        var options = Options(0.5, ResultsPath);
        var first = await Run(new FakeClient(prompt => prompt == "q2" ? throw new InvalidOperationException("away") : "yes"), options, Rows(5));

        first.Failed.ShouldBe(1);
        first.Rows[2].Error.ShouldBe("InvalidOperationException: away");
        first.Metrics.Single().Passed.ShouldBe(false);

        var client = new FakeClient(_ => "yes");
        var second = await Run(client, options, Rows(5));

        client.Prompts.ShouldBe(["q2"]);
        second.Failed.ShouldBe(0);
        second.Metrics.Single().Mean.ShouldBe(1);
    }

    [Fact]
    public async Task Too_many_failed_calls_stop_the_run()
    {
        var client = new FakeClient(_ => throw new HttpRequestException("refused"));

        var error = await Should.ThrowAsync<EvaluationException>(() => Run(client, Options(0.5) with { MaxFailures = 3 }, Rows(100)));

        error.Code.ShouldBe("EVA0014");
        error.Message.ShouldContain("refused");
        client.Prompts.Count.ShouldBeLessThan(10);
    }

    [Fact]
    public async Task An_interrupted_run_goes_on_where_it_stopped_even_after_a_torn_line()
    {
        var options = Options(0.5, ResultsPath);
        using var stop = new CancellationTokenSource();
        var first = new FakeClient(prompt =>
        {
            if (prompt == "q3")
            {
                stop.Cancel();
            }

            return "yes";
        });
        await Should.ThrowAsync<OperationCanceledException>(() => Run(first, options, Rows(6), stop.Token));
        File.AppendAllText(ResultsPath, "{\"id\":\"3\",\"ta");

        var second = new FakeClient(_ => "yes");
        var result = await Run(second, options, Rows(6));

        first.Prompts.Intersect(second.Prompts).ShouldBeSubsetOf(["q3"]);
        result.Rows.Select(row => row.Id).ShouldBe(["0", "1", "2", "3", "4", "5"]);
        result.Metrics.Single().Mean.ShouldBe(1);
        (await Run(new FakeClient(_ => throw new InvalidOperationException("must not be asked")), options, Rows(6))).Failed.ShouldBe(0);
    }

    [Fact]
    public async Task Results_of_other_rows_or_settings_are_not_taken_over()
    {
        await Run(new FakeClient(_ => "yes"), Options(0.5, ResultsPath), Rows(3));

        (await Should.ThrowAsync<EvaluationException>(() => Run(new FakeClient(_ => "yes"), Options(0.5, ResultsPath), Rows(4)))).Code.ShouldBe("EVA0010");
        (await Should.ThrowAsync<EvaluationException>(() => Run(new FakeClient(_ => "yes"), Options(0.5, ResultsPath) with { Model = "other" }, Rows(3)))).Code.ShouldBe("EVA0010");
        (await Should.ThrowAsync<EvaluationException>(() => Run(new FakeClient(_ => "yes"), Options(0.5, ResultsPath) with { ModelDigest = "other" }, Rows(3)))).Code.ShouldBe("EVA0010");
    }

    [Fact]
    public async Task A_file_of_another_kind_is_left_alone()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(ResultsPath)!);
        File.WriteAllText(ResultsPath, """{"precious":1}""");

        (await Should.ThrowAsync<EvaluationException>(() => Run(new FakeClient(_ => "yes"), Options(0.5, ResultsPath), Rows(3)))).Code.ShouldBe("EVA0010");

        File.ReadAllText(ResultsPath).ShouldBe("""{"precious":1}""");
        File.WriteAllText(ResultsPath, """{"format":"gyre-eval""");
        (await Run(new FakeClient(_ => "yes"), Options(0.5, ResultsPath), Rows(3))).Rows.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_damaged_results_file_is_an_error_that_names_the_line()
    {
        await Run(new FakeClient(_ => "yes"), Options(0.5, ResultsPath), Rows(3));
        var lines = File.ReadAllLines(ResultsPath);
        lines[2] = "{\"id\":5}";
        File.WriteAllText(ResultsPath, string.Join('\n', lines) + "\n");

        var error = await Should.ThrowAsync<EvaluationException>(() => Run(new FakeClient(_ => "yes"), Options(0.5, ResultsPath), Rows(3)));

        error.Code.ShouldBe("EVA0011");
        error.Message.ShouldContain("line 3");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public async Task Any_parallelism_gives_the_same_results_in_the_order_of_the_rows(int parallelism)
    {
        var rows = Rows(60);
        var result = await Run(new FakeClient(prompt => prompt.EndsWith('7') ? "no" : "yes"), Options(0.5) with { Parallelism = parallelism }, rows);

        result.Rows.Select(row => row.Id).ShouldBe(rows.Select(row => row.Id));
        result.Metrics.Single().Mean.ShouldBe(54 / 60.0);
    }

    [Fact]
    public async Task Progress_counts_up_to_all_rows()
    {
        var reports = new List<EvaluationProgress>();
        await new EvaluationRun(new FakeClient(_ => "yes"), Options(0.5) with { Parallelism = 4 }, TimeProvider.System).RunAsync(Rows(20), new Recorder(reports));

        reports.Select(report => report.Done).ShouldBe(Enumerable.Range(0, 21));
        reports.ShouldAllBe(report => report.Total == 20);
    }

    [Fact]
    public async Task The_prompt_and_the_settings_reach_the_model()
    {
        var client = new FakeClient(_ => "yes");
        await Run(client, Options(0.5) with { SystemPrompt = "Be kind.", Generation = new ChatOptions { Temperature = 0, MaxOutputTokens = 7 } }, Rows(1));

        client.Systems.ShouldBe(["Be kind."]);
        client.LastOptions!.MaxOutputTokens.ShouldBe(7);
    }

    [Fact]
    public async Task Faults_of_rows_and_options_are_reported_at_once()
    {
        var rows = Rows(2).Select(row => row with { Id = "same", Task = "unplanned" }).ToArray();

        var error = await Should.ThrowAsync<EvaluationException>(() => Run(new FakeClient(_ => "yes"), Options(0.5) with { Parallelism = 0, Confidence = 1 }, rows));

        error.Code.ShouldBe("EVA0013");
        foreach (var part in new[] { "parallelism is 0", "confidence is 1", "id 'same'", "'unplanned'" })
        {
            error.Message.ShouldContain(part);
        }
    }

    private static DatasetRow[] Rows(int count) =>
        [.. Enumerable.Range(0, count).Select(i => new DatasetRow($"{i}", "answer", $"q{i}", "yes", new Dictionary<string, string>(), "f", "s"))];

    private static EvaluationRunOptions Options(double threshold, string? path = null) => new()
    {
        Model = "fake",
        Metrics = [new MetricPlan("answer", new ExactMatchScorer(), threshold)],
        ResultsPath = path,
    };

    private static Task<EvaluationResult> Run(FakeClient client, EvaluationRunOptions options, DatasetRow[] rows, CancellationToken cancellationToken = default) =>
        new EvaluationRun(client, options, TimeProvider.System).RunAsync(rows, null, cancellationToken);

    private sealed class Recorder(List<EvaluationProgress> reports) : IProgress<EvaluationProgress>
    {
        public void Report(EvaluationProgress value) => reports.Add(value);
    }

    private sealed class FakeClient(Func<string, string> answer) : IChatClient
    {
        private readonly Lock _gate = new();

        public List<string> Prompts { get; } = [];

        public List<string> Systems { get; } = [];

        public ChatOptions? LastOptions { get; private set; }

        public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            var prompt = messages.Last().Text;
            lock (_gate)
            {
                Prompts.Add(prompt);
                Systems.AddRange(messages.Where(message => message.Role == ChatRole.System).Select(message => message.Text));
                LastOptions = options;
            }

            var text = answer(prompt);
            cancellationToken.ThrowIfCancellationRequested();
            return new ChatResponse(new ChatMessage(ChatRole.Assistant, text));
        }

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
