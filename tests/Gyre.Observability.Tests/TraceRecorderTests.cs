using System.Diagnostics;
using Gyre.Storage;

namespace Gyre.Observability.Tests;

public sealed class TraceRecorderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gyre-traces-").FullName;
    private readonly ActivitySource _source = new(GenAiVocabulary.SourceName);
    private readonly List<string> _reports = [];
    private readonly Database _database;
    private readonly TraceStore _store;

    public TraceRecorderTests()
    {
        _database = Open();
        _store = new TraceStore(_database);
    }

    public void Dispose()
    {
        _source.Dispose();
        _database.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_request_is_stored_with_its_spans_and_attributes()
    {
        await using var recorder = Record();
        using (var request = Request("req_1", "shop"))
        {
            request.SetTag(GenAiAttribute.UsageInputTokens.Name(), 12);
            request.SetTag(GenAiAttribute.UsageOutputTokens.Name(), 34);
            request.SetTag(GenAiAttribute.ResponseTimeToFirstChunk.Name(), 0.25);
            request.SetTag(GenAiAttribute.ResponseFinishReasons.Name(), new[] { "stop", "length" });
            request.SetTag(GenAiAttribute.InputMessages.Name(), """[{"role":"user"}]""");
            Part(request, "generation", TimeSpan.FromMilliseconds(20));
            Part(request, "queue", TimeSpan.Zero);
        }

        await recorder.FlushAsync();

        var trace = (await _store.FindAsync("req_1")).ShouldNotBeNull();
        trace.Summary.Model.ShouldBe("shop");
        trace.Summary.Status.ShouldBe(TraceStatus.Ok);
        trace.Summary.InputTokens.ShouldBe(12);
        trace.Summary.OutputTokens.ShouldBe(34);
        trace.Summary.TimeToFirstToken.ShouldBe(TimeSpan.FromSeconds(0.25));
        trace.Summary.FinishReasons.ShouldBe(["stop", "length"]);
        trace.Input.ShouldBe("""[{"role":"user"}]""");
        trace.Spans.Select(span => span.Name).ShouldBe(["chat", "queue", "generation"]);
        trace.Spans.Skip(1).ShouldAllBe(span => span.ParentId == trace.Spans[0].SpanId);
        trace.Spans[0].Attributes["gen_ai.usage.input_tokens"].GetInt32().ShouldBe(12);
        trace.Spans[0].Attributes.ContainsKey("gen_ai.input.messages").ShouldBeFalse();
        trace.Spans[0].Attributes["gen_ai.response.finish_reasons"].GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public async Task Requests_of_one_distributed_trace_stay_apart()
    {
        await using var recorder = Record();
        using (new Activity("the caller's own").Start())
        {
            Request("req_1", "a").Dispose();
            Request("req_2", "b").Dispose();
        }

        await recorder.FlushAsync();

        var traces = (await _store.ListAsync(new TraceQuery())).Traces;
        traces.Select(trace => trace.Id).ShouldBe(["req_2", "req_1"]);
        traces[0].TraceId.ShouldBe(traces[1].TraceId);
    }

    [Fact]
    public async Task Failures_and_cancellations_are_told_apart()
    {
        await using var recorder = Record();
        using (var request = Request("req_failed", "a"))
        {
            request.SetTag(GenAiAttribute.ErrorType.Name(), "RUN0301");
            request.SetStatus(ActivityStatusCode.Error);
        }

        using (var request = Request("req_left", "a"))
        {
            request.SetTag(GenAiAttribute.IsCancelled.Name(), true);
        }

        await recorder.FlushAsync();

        (await _store.ListAsync(new TraceQuery { Status = TraceStatus.Error })).Traces.ShouldHaveSingleItem().ErrorType.ShouldBe("RUN0301");
        (await _store.ListAsync(new TraceQuery { Status = TraceStatus.Cancelled })).Traces.ShouldHaveSingleItem().Id.ShouldBe("req_left");
    }

    [Fact]
    public async Task Older_names_of_attributes_are_understood()
    {
        await using var recorder = Record();
        using (var request = Request("req_old", "a"))
        {
            request.SetTag("gen_ai.usage.prompt_tokens", 5);
            request.SetTag("llm.token_count.completion", 6);
        }

        await recorder.FlushAsync();

        var trace = (await _store.FindAsync("req_old")).ShouldNotBeNull();
        trace.Summary.InputTokens.ShouldBe(5);
        trace.Summary.OutputTokens.ShouldBe(6);
    }

    [Fact]
    public async Task Disposing_writes_what_waits()
    {
        var recorder = Record(new TraceRecorderOptions { BatchInterval = TimeSpan.FromMinutes(1) });
        Request("req_1", "a").Dispose();

        await recorder.DisposeAsync();

        (await _store.CountAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task What_does_not_fit_the_queue_is_dropped_counted_and_told()
    {
        using var blocked = Lock();
        var recorder = Record(new TraceRecorderOptions { Capacity = 8, BatchSize = 4 });
        for (var i = 0; i < 100; i++)
        {
            Request($"req_{i}", "a").Dispose();
        }

        recorder.Counts.Dropped.ShouldBeGreaterThan(80);
        blocked.Dispose();
        await recorder.DisposeAsync();

        var counts = recorder.Counts;
        (counts.Written + counts.Dropped + counts.Failed).ShouldBe(100);
        (await _store.CountAsync()).ShouldBe(counts.Written);
        _reports.ShouldContain(report => report.Contains("dropped", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_request_is_not_held_up_by_a_database_that_is()
    {
        using var blocked = Lock();
        var recorder = Record();
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < 100; i++)
        {
            Request($"req_{i}", "a").Dispose();
        }

        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(1));
        blocked.Dispose();
        await recorder.DisposeAsync();
        (await _store.CountAsync()).ShouldBe(100);
    }

    [Fact]
    public async Task A_full_disk_is_told_once_and_writing_goes_on_when_there_is_space()
    {
        await using var recorder = Record();
        // SQLite's page limit stands in for a full disk; it belongs to the pooled connection that the recorder uses next.
        await _database.ReadAsync(session => session.Query<long>("PRAGMA max_page_count = 1"));
        Request("req_lost", new string('m', 200_000)).Dispose();
        await recorder.FlushAsync();
        Request("req_lost_too", new string('m', 200_000)).Dispose();
        await recorder.FlushAsync();
        recorder.Counts.Failed.ShouldBe(2);
        recorder.Counts.LastError.ShouldNotBeNull().ShouldContain("disk is full");

        await _database.ReadAsync(session => session.Query<long>("PRAGMA max_page_count = 1000000"));
        Request("req_kept", "a").Dispose();
        await recorder.FlushAsync();

        (await _store.ListAsync(new TraceQuery())).Traces.ShouldHaveSingleItem().Id.ShouldBe("req_kept");
        _reports.Count.ShouldBe(2);
        _reports[0].ShouldContain("STO0003");
        recorder.Counts.LastError.ShouldBeNull();
    }

    [Fact]
    public async Task The_oldest_beyond_the_limit_are_removed_with_their_spans()
    {
        await using var recorder = Record(new TraceRecorderOptions { MaxTraces = 10, BatchSize = 7 });
        for (var i = 0; i < 40; i++)
        {
            Request($"req_{i}", "a").Dispose();
        }

        await recorder.FlushAsync();

        (await _store.ListAsync(new TraceQuery())).Traces.Select(trace => trace.Id).ShouldBe(Enumerable.Range(30, 10).Reverse().Select(i => $"req_{i}"));
        (await _database.ReadAsync(session => session.QueryFirst<long>("SELECT COUNT(*) FROM spans"))).ShouldBe(10);
    }

    [Fact]
    public async Task Lists_are_filtered_and_paged()
    {
        await using var recorder = Record();
        for (var i = 0; i < 25; i++)
        {
            using var request = Request($"req_{i:00}", i % 2 == 0 ? "even" : "odd");
            request.SetTag(GenAiAttribute.OutputMessages.Name(), $"100% of item_{i:00}");
        }

        await recorder.FlushAsync();

        var first = await _store.ListAsync(new TraceQuery { Model = "even", Limit = 10 });
        first.Total.ShouldBe(13);
        first.Traces.Count.ShouldBe(10);
        var second = await _store.ListAsync(new TraceQuery { Model = "even", Limit = 10, Before = first.Next });
        second.Traces.Select(trace => trace.Id).ShouldBe(["req_04", "req_02", "req_00"]);
        second.Next.ShouldBeNull();
        (await _store.ListAsync(new TraceQuery { Text = "ITEM_07" })).Traces.ShouldHaveSingleItem().Id.ShouldBe("req_07");
        (await _store.ListAsync(new TraceQuery { Text = "100%" })).Total.ShouldBe(25);
        (await _store.ListAsync(new TraceQuery { Text = "1%0" })).Total.ShouldBe(0);
        (await _store.ListAsync(new TraceQuery { Since = DateTimeOffset.UtcNow.AddHours(1) })).Total.ShouldBe(0);
        (await _store.ListAsync(new TraceQuery { Since = DateTimeOffset.UtcNow.AddHours(-1) })).Total.ShouldBe(25);
    }

    [Fact]
    public async Task Questions_that_cannot_be_answered_are_refused()
    {
        Should.Throw<ObservabilityException>(() => _store.ListAsync(new TraceQuery { Limit = 0 })).Code.ShouldBe("OBS0001");
        (await Should.ThrowAsync<ObservabilityException>(() => _store.ListAsync(new TraceQuery { Before = "none" }))).Code.ShouldBe("OBS0002");
        (await _store.FindAsync("none")).ShouldBeNull();
    }

    [Fact]
    public async Task Every_attribute_has_one_name_and_is_found_by_it()
    {
        foreach (var attribute in Enum.GetValues<GenAiAttribute>())
        {
            GenAiVocabulary.TryFind(attribute.Name(), out var found).ShouldBeTrue();
            found.ShouldBe(attribute);
        }

        await Task.CompletedTask;
    }

    private Database Open() => Database.Open(Path.Combine(_folder, "traces.db"), [TraceStore.Migrations()], TimeProvider.System);

    private TraceRecorder Record(TraceRecorderOptions? options = null) =>
        new(_store, options ?? new TraceRecorderOptions(), TimeProvider.System, source => ReferenceEquals(source, _source), _reports.Add);

    private Activity Request(string id, string model)
    {
        var request = _source.StartActivity("chat", ActivityKind.Server).ShouldNotBeNull();
        request.SetTag(GenAiAttribute.RequestId.Name(), id);
        request.SetTag(GenAiAttribute.RequestModel.Name(), model);
        return request;
    }

    private void Part(Activity request, string name, TimeSpan after)
    {
        var start = new DateTimeOffset(request.StartTimeUtc + after, TimeSpan.Zero);
        using var part = _source.StartActivity(name, ActivityKind.Internal, request.Context, startTime: start).ShouldNotBeNull();
        part.SetEndTime(start.UtcDateTime.AddMilliseconds(5));
    }

    /// <summary>Another program in the middle of writing.</summary>
    private IDisposable Lock()
    {
        var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(_folder, "traces.db")};Pooling=False");
        connection.Open();
        connection.BeginTransaction(deferred: false);
        return connection;
    }
}
