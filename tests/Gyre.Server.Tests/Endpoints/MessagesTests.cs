using System.Net;
using System.Text.Json;
using Gyre.Server.Tests.Fakes;

namespace Gyre.Server.Tests.Endpoints;

/// <summary>Conversations in the form of messages.</summary>
public class MessagesTests
{
    private const string Tools = """[{"name":"get_weather","description":"Weather of a city.","input_schema":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}},{"name":"now"}]""";
    private const string Call = "Let me look.\n<tool_call>{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Oslo\"}}</tool_call>";

    [Fact]
    public async Task A_text_is_answered_with_its_reason_and_usage()
    {
        await using var server = await TestServer.StartAsync();
        var request = new HttpRequestMessage(HttpMethod.Post, "v1/messages") { Content = new StringContent("""{"model":"gyre","max_tokens":20,"system":[{"type":"text","text":"be "},{"type":"text","text":"loud"}],"messages":[{"role":"user","content":[{"type":"text","text":"hello"}]}]}""", new System.Net.Http.Headers.MediaTypeHeaderValue("application/json")) };
        request.Headers.Add("anthropic-version", "2023-06-01");
        request.Headers.Add("x-api-key", "unused");

        var response = await server.Http.SendAsync(request);

        var answer = await response.JsonAsync();
        answer.GetProperty("id").GetString()!.ShouldStartWith("msg_");
        answer.GetRawText()[answer.GetRawText().IndexOf("\"type\"", StringComparison.Ordinal)..].ShouldBe(
            """
            "type":"message","role":"assistant","model":"gyre","content":[{"type":"text","text":"HELLO"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":13,"output_tokens":6,"cache_creation_input_tokens":0,"cache_read_input_tokens":0}}
            """);
        server.Generator.Prompts[0].ShouldBe("be loud\nhello");
    }

    [Theory]
    [InlineData("\"max_tokens\":2", "max_tokens", null)]
    [InlineData("\"max_tokens\":20,\"stop_sequences\":[\"z\",\"L\"]", "stop_sequence", "L")]
    public async Task The_reason_tells_what_ended_it(string parameters, string reason, string? sequence)
    {
        await using var server = await TestServer.StartAsync();

        var answer = await (await server.Http.SendJsonAsync("v1/messages", $$"""{"model":"gyre","messages":[{"role":"user","content":"hello"}],{{parameters}}}""")).JsonAsync();

        answer.GetProperty("stop_reason").GetString().ShouldBe(reason);
        answer.GetProperty("stop_sequence").GetString().ShouldBe(sequence);
        answer.GetProperty("content")[0].GetProperty("text").GetString().ShouldBe("HE");
    }

    [Fact]
    public async Task A_call_is_a_block_whose_input_is_an_object()
    {
        await using var server = await TestServer.StartAsync(template: ToolTests.Template);
        server.Generator.Answer = Call;

        var answer = await (await SendAsync(server)).JsonAsync();

        answer.GetProperty("stop_reason").GetString().ShouldBe("tool_use");
        answer.GetProperty("content")[0].GetProperty("text").GetString().ShouldBe("Let me look.");
        var block = answer.GetProperty("content")[1];
        block.GetProperty("type").GetString().ShouldBe("tool_use");
        block.GetProperty("id").GetString()!.ShouldStartWith("toolu_");
        block.GetProperty("name").GetString().ShouldBe("get_weather");
        block.GetProperty("input").GetProperty("city").GetString().ShouldBe("Oslo");
    }

    [Fact]
    public async Task Calls_and_results_go_back_through_the_template()
    {
        await using var server = await TestServer.StartAsync(template: ToolTests.Template);

        await server.Http.SendJsonAsync(
            "v1/messages",
            """
            {"model":"gyre","max_tokens":9,"messages":[{"role":"user","content":"Oslo?"},
             {"role":"assistant","content":[{"type":"text","text":"Look."},{"type":"tool_use","id":"t1","name":"get_weather","input":{"city":"Oslo"}},{"type":"tool_use","id":"t2","name":"now","input":{}}]},
             {"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":[{"type":"text","text":"rain"}]},{"type":"tool_result","tool_use_id":"t2","content":"none","is_error":true},{"type":"text","text":"So?"}]}]}
            """);

        server.Generator.Prompts[0].ShouldBe(
            "user:Oslo?\nassistant:Look.<tool_call>{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Oslo\"}}</tool_call><tool_call>{\"name\": \"now\", \"arguments\": {}}</tool_call>\n" +
            "tool:rain\ntool:Error: none\nuser:So?\nA:");
    }

    [Fact]
    public async Task A_stream_opens_and_closes_every_block()
    {
        await using var server = await TestServer.StartAsync(template: ToolTests.Template);
        server.Generator.Answer = Call;

        var text = await (await SendAsync(server, ",\"stream\":true")).Content.ReadAsStringAsync();

        var events = text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\n')).ToList();
        events.ShouldAllBe(lines => lines.Length == 2 && lines[0].StartsWith("event: ", StringComparison.Ordinal) && lines[1].StartsWith("data: ", StringComparison.Ordinal));
        var data = events.Select(lines => JsonDocument.Parse(lines[1]["data: ".Length..]).RootElement).ToList();
        data.Zip(events).ShouldAllBe(pair => pair.Second[0] == "event: " + pair.First.GetProperty("type").GetString());
        var names = data.Select(item => item.GetProperty("type").GetString()).ToList();
        names.Where((name, index) => index == 0 || name != names[index - 1]).ShouldBe(
            ["message_start", "ping", "content_block_start", "content_block_delta", "content_block_stop", "content_block_start", "content_block_delta", "content_block_stop", "message_delta", "message_stop"]);
        data[0].GetProperty("message").GetProperty("stop_reason").ValueKind.ShouldBe(JsonValueKind.Null);
        string.Concat(data.Where(item => item.TryGetProperty("delta", out var delta) && delta.TryGetProperty("text", out _)).Select(item => item.GetProperty("delta").GetProperty("text").GetString())).ShouldBe("Let me look.");
        string.Concat(data.Where(item => item.TryGetProperty("delta", out var delta) && delta.TryGetProperty("partial_json", out _)).Select(item => item.GetProperty("delta").GetProperty("partial_json").GetString())).ShouldBe("""{"city": "Oslo"}""");
        var start = data.Last(item => item.GetProperty("type").GetString() == "content_block_start");
        start.GetProperty("index").GetInt32().ShouldBe(1);
        start.GetProperty("content_block").GetProperty("input").GetRawText().ShouldBe("{}");
        data[^2].GetProperty("delta").GetRawText().ShouldBe("""{"stop_reason":"tool_use","stop_sequence":null}""");
        data[^2].GetProperty("usage").GetProperty("output_tokens").GetInt32().ShouldBe(Call.Length + 1);
    }

    [Fact]
    public async Task Tokens_are_counted_as_the_answer_counts_them()
    {
        await using var server = await TestServer.StartAsync(template: ToolTests.Template);

        var count = await (await server.Http.SendJsonAsync("v1/messages/count_tokens", $$"""{"model":"gyre","messages":[{"role":"user","content":"Oslo?"}],"tools":{{Tools}}}""")).JsonAsync();
        var used = await (await SendAsync(server)).JsonAsync();

        count.GetRawText().ShouldBe($$"""{"input_tokens":{{used.GetProperty("usage").GetProperty("input_tokens").GetInt32()}}}""");
    }

    [Theory]
    [InlineData("\"max_tokens\":5", "messages", "SRV0112")]
    [InlineData("\"messages\":[USER]", "max_tokens", "SRV0112")]
    [InlineData("\"max_tokens\":0,\"messages\":[USER]", "max_tokens", "SRV0114")]
    [InlineData("\"max_tokens\":5,\"messages\":[]", "messages", "SRV0114")]
    [InlineData("\"max_tokens\":5,\"messages\":[{\"role\":\"system\",\"content\":\"x\"}]", "messages[0].role", "SRV0114")]
    [InlineData("\"max_tokens\":5,\"messages\":[{\"role\":\"user\"}]", "messages[0].content", "SRV0112")]
    [InlineData("\"max_tokens\":5,\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image\"}]}]", "messages[0].content[0].type", "SRV0116")]
    [InlineData("\"max_tokens\":5,\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"x\"}]}]", "messages[0].content[0].tool_use_id", "SRV0115")]
    [InlineData("\"max_tokens\":5,\"messages\":[USER,{\"role\":\"assistant\",\"content\":\"x\"}]", "messages[1].role", "SRV0115")]
    [InlineData("\"max_tokens\":5,\"messages\":[USER],\"temperature\":1.5", "temperature", "SRV0114")]
    [InlineData("\"max_tokens\":5,\"messages\":[USER],\"stop_sequences\":[\"\"]", "stop_sequences", "SRV0114")]
    [InlineData("\"max_tokens\":5,\"messages\":[USER],\"tools\":[{\"type\":\"web_search_20250305\",\"name\":\"w\"}]", "tools[0].type", "SRV0114")]
    [InlineData("\"max_tokens\":5,\"messages\":[USER],\"tools\":[{\"name\":\"w\"}],\"tool_choice\":{\"type\":\"tool\",\"name\":\"v\"}", "tool_choice.name", "SRV0114")]
    [InlineData("\"max_tokens\":5,\"messages\":[USER],\"tool_choice\":{\"type\":\"any\"}", "tool_choice", "SRV0115")]
    [InlineData("\"max_tokens\":5,\"messages\":[USER],\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":1024}", "thinking.type", "SRV0114")]
    [InlineData("\"max_tokens\":5,\"messages\":[USER],\"mcp_servers\":[{}]", "mcp_servers", "SRV0111")]
    [InlineData("\"max_tokens\":5,\"messages\":[USER],\"n\":2", "n", "SRV0110")]
    public async Task A_faulty_request_is_refused_in_the_form_of_messages(string parameters, string param, string code)
    {
        await using var server = await TestServer.StartAsync();

        var response = await server.Http.SendJsonAsync("v1/messages", $$"""{"model":"gyre",{{parameters.Replace("USER", "{\"role\":\"user\",\"content\":\"hi\"}", StringComparison.Ordinal)}}}""");

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var body = await response.JsonAsync();
        body.GetProperty("type").GetString().ShouldBe("error");
        var error = body.GetProperty("error");
        error.GetProperty("type").GetString().ShouldBe("invalid_request_error");
        (error.GetProperty("param").GetString(), error.GetProperty("code").GetString()).ShouldBe((param, code), error.ToString());
        body.GetProperty("request_id").GetString().ShouldBe(response.Headers.GetValues("request-id").Single());
    }

    [Fact]
    public async Task A_full_queue_an_unknown_model_and_a_failure_in_the_stream_have_that_form_too()
    {
        await using var server = await TestServer.StartAsync();
        const string Body = """{"model":"gyre","max_tokens":50,"stream":true,"messages":[{"role":"user","content":"hello"}]}""";

        var unknown = await server.Http.SendJsonAsync("v1/messages", Body.Replace("gyre", "none", StringComparison.Ordinal));
        server.Generator.MaxPending = 0;
        var full = await server.Http.SendJsonAsync("v1/messages", Body);
        server.Generator.MaxPending = 9;
        server.Generator.FailsAfter = 2;
        var broken = await (await server.Http.SendJsonAsync("v1/messages", Body)).Content.ReadAsStringAsync();

        unknown.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await unknown.JsonAsync()).GetProperty("error").GetProperty("type").GetString().ShouldBe("not_found_error");
        full.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        (await full.JsonAsync()).GetProperty("error").GetProperty("type").GetString().ShouldBe("rate_limit_error");
        broken.ShouldContain("event: content_block_delta");
        broken.TrimEnd().Split("\n\n")[^1].ShouldStartWith("event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"api_error\"");
    }

    [Fact]
    public async Task A_caller_that_goes_away_frees_its_place()
    {
        await using var server = await TestServer.StartAsync();
        server.Generator.Delay = TimeSpan.FromMilliseconds(20);

        var response = await server.Http.SendJsonAsync("v1/messages", $$"""{"model":"gyre","max_tokens":500,"stream":true,"messages":[{"role":"user","content":"{{new string('x', 500)}}"}]}""", streams: true);
        server.Generator.Running.ShouldBe(1);
        response.Dispose();

        await Eventually.TrueAsync(() => server.Generator.Running == 0);
    }

    private static Task<HttpResponseMessage> SendAsync(TestServer server, string more = "") =>
        server.Http.SendJsonAsync("v1/messages", $$"""{"model":"gyre","max_tokens":500,"messages":[{"role":"user","content":"Oslo?"}],"tools":{{Tools}}{{more}}}""");
}
