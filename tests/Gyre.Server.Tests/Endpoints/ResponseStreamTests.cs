using System.Net;
using System.Text.Json;
using Gyre.Server.Tests.Fakes;

namespace Gyre.Server.Tests.Endpoints;

/// <summary>Responses as events, and those that run in the background.</summary>
public class ResponseStreamTests
{
    private const string Tools = """[{"type":"function","name":"f","parameters":{"type":"object"}}]""";

    [Fact]
    public async Task The_events_come_in_their_order_and_are_counted()
    {
        await using var server = await TestServer.StartAsync(template: ToolTests.Template);
        server.Generator.Answer = "Ja.<tool_call>{\"name\": \"f\", \"arguments\": {\"a\": 1}}</tool_call>";

        var events = await EventsAsync(server, $"\"input\":\"x\",\"tools\":{Tools}");

        events.Select(told => told.GetProperty("sequence_number").GetInt32()).ShouldBe(Enumerable.Range(0, events.Count));
        var names = events.Select(told => told.GetProperty("type").GetString()!["response.".Length..]).ToList();
        names.Where((name, index) => index == 0 || name != names[index - 1]).ShouldBe(
        [
            "created", "in_progress",
            "output_item.added", "content_part.added", "output_text.delta", "output_text.done", "content_part.done", "output_item.done",
            "output_item.added", "function_call_arguments.delta", "function_call_arguments.done", "output_item.done",
            "completed",
        ]);
        Text(events, "response.output_text.delta", "delta").ShouldBe("Ja.");
        Text(events, "response.output_text.done", "text").ShouldBe("Ja.");
        Text(events, "response.function_call_arguments.delta", "delta").ShouldBe("{\"a\": 1}");
        Text(events, "response.function_call_arguments.done", "arguments").ShouldBe("{\"a\": 1}");
        var output = events[^1].GetProperty("response").GetProperty("output");
        output.EnumerateArray().Select(item => item.GetRawText()).ShouldBe(Of(events, "response.output_item.done").Select(told => told.GetProperty("item").GetRawText()));
        Of(events, "response.output_item.done").Select(told => told.GetProperty("output_index").GetInt32()).ShouldBe([0, 1]);
        (await server.Http.GetStringAsync("v1/responses/" + events[0].GetProperty("response").GetProperty("id").GetString())).ShouldBe(events[^1].GetProperty("response").GetRawText());
    }

    [Fact]
    public async Task Log_probabilities_come_where_they_are_asked_for()
    {
        await using var server = await TestServer.StartAsync();

        var events = await EventsAsync(server, "\"input\":\"ab\",\"include\":[\"message.output_text.logprobs\"],\"top_logprobs\":2");

        Of(events, "response.output_text.delta").Select(told => told.GetProperty("logprobs")[0].GetProperty("token").GetString()).ShouldBe(["A", "B"]);
        events[^1].GetProperty("response").GetProperty("output")[0].GetProperty("content")[0].GetProperty("logprobs").GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public async Task A_response_that_the_limit_cuts_is_incomplete()
    {
        await using var server = await TestServer.StartAsync();

        var events = await EventsAsync(server, "\"input\":\"abc\",\"max_output_tokens\":2");

        events[^1].GetProperty("type").GetString().ShouldBe("response.incomplete");
        var response = events[^1].GetProperty("response");
        response.GetProperty("status").GetString().ShouldBe("incomplete");
        response.GetProperty("incomplete_details").GetRawText().ShouldBe("""{"reason":"max_output_tokens"}""");
        response.GetProperty("output")[0].GetProperty("status").GetString().ShouldBe("incomplete");
    }

    [Fact]
    public async Task A_failure_in_the_stream_is_an_error_and_a_failed_response()
    {
        await using var server = await TestServer.StartAsync();
        server.Generator.FailsAfter = 2;

        var events = await EventsAsync(server, "\"input\":\"abc\"");

        events.TakeLast(2).Select(told => told.GetProperty("type").GetString()).ShouldBe(["error", "response.failed"]);
        events[^2].GetProperty("code").GetString().ShouldBe("RUN0304");
        var failed = events[^1].GetProperty("response");
        failed.GetProperty("error").GetProperty("code").GetString().ShouldBe("server_error");
        (await server.Http.GetStringAsync("v1/responses/" + failed.GetProperty("id").GetString())).ShouldBe(failed.GetRawText());
    }

    [Fact]
    public async Task A_request_refused_before_its_first_token_has_its_status()
    {
        await using var server = await TestServer.StartAsync();
        server.Generator.MaxPending = 0;

        (await server.Http.SendJsonAsync("v1/responses", """{"model":"gyre","input":"x","stream":true}""")).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task A_caller_that_goes_away_frees_its_place()
    {
        await using var server = await TestServer.StartAsync();
        server.Generator.Delay = TimeSpan.FromMilliseconds(20);

        var response = await server.Http.SendJsonAsync("v1/responses", $$"""{"model":"gyre","stream":true,"input":"{{new string('x', 500)}}"}""", streams: true);
        server.Generator.Running.ShouldBe(1);
        response.Dispose();

        await Eventually.TrueAsync(() => server.Generator.Running == 0);
    }

    [Fact]
    public async Task A_background_response_is_queued_runs_and_is_completed()
    {
        await using var server = await TestServer.StartAsync();
        server.Generator.PromptDelay = TimeSpan.FromMilliseconds(50);
        server.Generator.Delay = TimeSpan.FromMilliseconds(20);

        var begun = await BeginAsync(server, "hello");
        var seen = new HashSet<string> { begun.GetProperty("status").GetString()! };
        JsonElement response = default;
        await Eventually.TrueAsync(async () =>
        {
            response = await GetAsync(server, begun);
            seen.Add(response.GetProperty("status").GetString()!);
            return response.GetProperty("status").GetString() == "completed";
        });

        seen.ShouldBe(["queued", "in_progress", "completed"], ignoreOrder: true);
        response.GetProperty("output")[0].GetProperty("content")[0].GetProperty("text").GetString().ShouldBe("HELLO");
        response.GetProperty("background").GetBoolean().ShouldBeTrue();
        (await (await server.Http.PostAsync($"v1/responses/{begun.GetProperty("id").GetString()}/cancel", null)).JsonAsync()).GetRawText().ShouldBe(response.GetRawText());
    }

    [Fact]
    public async Task Cancelling_a_background_response_frees_its_place_and_keeps_what_there_is()
    {
        await using var server = await TestServer.StartAsync();
        server.Generator.Delay = TimeSpan.FromMilliseconds(20);
        var begun = await BeginAsync(server, new string('x', 500));
        await Eventually.TrueAsync(() => server.Generator.Running == 1);

        var cancelled = await (await server.Http.PostAsync($"v1/responses/{begun.GetProperty("id").GetString()}/cancel", null)).JsonAsync();

        cancelled.GetProperty("status").GetString().ShouldBe("cancelled");
        server.Generator.Running.ShouldBe(0);
        (await GetAsync(server, begun)).GetRawText().ShouldBe(cancelled.GetRawText());
        var error = await (await server.Http.SendJsonAsync("v1/responses", $$"""{"model":"gyre","input":"x","previous_response_id":"{{begun.GetProperty("id").GetString()}}"}""")).ErrorAsync();
        (error.Code, error.Param).ShouldBe(("SRV0172", "previous_response_id"));
    }

    [Fact]
    public async Task Deleting_a_background_response_ends_it()
    {
        await using var server = await TestServer.StartAsync();
        server.Generator.Delay = TimeSpan.FromMilliseconds(20);
        var begun = await BeginAsync(server, new string('x', 500));
        await Eventually.TrueAsync(() => server.Generator.Running == 1);

        (await server.Http.DeleteAsync("v1/responses/" + begun.GetProperty("id").GetString())).IsSuccessStatusCode.ShouldBeTrue();

        server.Generator.Running.ShouldBe(0);
        (await server.Http.GetAsync("v1/responses/" + begun.GetProperty("id").GetString())).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_response_that_is_not_in_the_background_cannot_be_cancelled()
    {
        await using var server = await TestServer.StartAsync();
        var response = await (await server.Http.SendJsonAsync("v1/responses", """{"model":"gyre","input":"x"}""")).JsonAsync();

        var refused = await server.Http.PostAsync($"v1/responses/{response.GetProperty("id").GetString()}/cancel", null);

        (await refused.ErrorAsync()).Code.ShouldBe("SRV0172");
        (await server.Http.PostAsync("v1/responses/resp_none/cancel", null)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await (await server.Http.GetAsync("v1/responses/resp_none?stream=true")).ErrorAsync()).Param.ShouldBe("stream");
    }

    [Fact]
    public async Task A_background_response_that_fails_says_so()
    {
        await using var server = await TestServer.StartAsync();
        server.Generator.MaxPending = 0;

        var begun = await BeginAsync(server, "x");

        await Eventually.TrueAsync(async () => (await GetAsync(server, begun)).GetProperty("status").GetString() == "failed");
        (await GetAsync(server, begun)).GetProperty("error").GetProperty("code").GetString().ShouldBe("rate_limit_exceeded");
    }

    [Fact]
    public async Task Only_so_many_run_in_the_background()
    {
        await using var server = await TestServer.StartAsync(options => options with { MaxBackgroundResponses = 2 });
        server.Generator.Delay = TimeSpan.FromMilliseconds(20);
        var first = await BeginAsync(server, new string('x', 500));
        await BeginAsync(server, new string('x', 500));

        var refused = await server.Http.SendJsonAsync("v1/responses", """{"model":"gyre","input":"x","background":true}""");
        await server.Http.PostAsync($"v1/responses/{first.GetProperty("id").GetString()}/cancel", null);

        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        (await refused.ErrorAsync()).Code.ShouldBe("SRV0173");
        await BeginAsync(server, "x");
    }

    [Fact]
    public async Task A_background_response_that_the_servers_end_cut_off_is_failed_after_the_restart()
    {
        var folder = Directory.CreateTempSubdirectory("gyre-responses-").FullName;
        var copies = Directory.CreateTempSubdirectory("gyre-responses-").FullName;
        JsonElement begun;
        await using (var server = await TestServer.StartAsync(folder: folder))
        {
            server.Generator.Delay = TimeSpan.FromMilliseconds(20);
            begun = await BeginAsync(server, new string('x', 500));
            await Eventually.TrueAsync(() => server.Generator.Running == 1);

            // As a power cut leaves it: the copy knows of the run, and of no end.
            File.Copy(Path.Combine(folder, "gyre.db"), Path.Combine(copies, "gyre.db"));
            File.Copy(Path.Combine(folder, "gyre.db-wal"), Path.Combine(copies, "gyre.db-wal"));
        }

        await using var again = await TestServer.StartAsync(folder: copies);
        var response = await GetAsync(again, begun);

        response.GetProperty("status").GetString().ShouldBe("failed");
        response.GetProperty("error").GetProperty("message").GetString()!.ShouldContain("SRV0175");
    }

    private static async Task<JsonElement> BeginAsync(TestServer server, string input)
    {
        var response = await server.Http.SendJsonAsync("v1/responses", $$"""{"model":"gyre","input":"{{input}}","background":true}""");
        response.IsSuccessStatusCode.ShouldBeTrue(await response.Content.ReadAsStringAsync());
        return await response.JsonAsync();
    }

    private static async Task<JsonElement> GetAsync(TestServer server, JsonElement response) =>
        await (await server.Http.GetAsync("v1/responses/" + response.GetProperty("id").GetString())).JsonAsync();

    private static IEnumerable<JsonElement> Of(List<JsonElement> events, string type) => events.Where(told => told.GetProperty("type").GetString() == type);

    private static string Text(List<JsonElement> events, string type, string name) => string.Concat(Of(events, type).Select(told => told.GetProperty(name).GetString()));

    private static async Task<List<JsonElement>> EventsAsync(TestServer server, string parameters)
    {
        var text = await (await server.Http.SendJsonAsync("v1/responses", $$"""{"model":"gyre","stream":true,{{parameters}}}""")).Content.ReadAsStringAsync();
        var events = new List<JsonElement>();
        foreach (var lines in text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(told => told.Split('\n')))
        {
            var data = JsonDocument.Parse(lines[1]["data: ".Length..]).RootElement;
            lines[0].ShouldBe("event: " + data.GetProperty("type").GetString());
            events.Add(data);
        }

        return events;
    }
}
