using System.Net;
using System.Text.Json;
using Gyre.Observability;
using Gyre.Server.Tests.Fakes;
using Microsoft.Extensions.DependencyInjection;

namespace Gyre.Server.Tests.Endpoints;

/// <summary>Responses: created, kept, gone on from.</summary>
public class ResponsesTests
{
    private const string Tools = """[{"type":"function","name":"get_weather","parameters":{"type":"object","properties":{"city":{"type":"string"}}}}]""";

    [Fact]
    public async Task A_text_is_answered_with_a_message_and_kept()
    {
        await using var server = await TestServer.StartAsync();

        var response = await CreateAsync(server, "\"input\":\"hello\",\"instructions\":\"be loud\",\"metadata\":{\"a\":\"b\"},\"temperature\":0.3");

        response.GetProperty("object").GetString().ShouldBe("response");
        response.GetProperty("status").GetString().ShouldBe("completed");
        var item = response.GetProperty("output").EnumerateArray().ShouldHaveSingleItem();
        item.GetProperty("type").GetString().ShouldBe("message");
        item.GetProperty("content")[0].GetRawText().ShouldBe("""{"type":"output_text","text":"HELLO","annotations":[],"logprobs":[]}""");
        response.GetProperty("usage").GetRawText().ShouldBe("""{"input_tokens":13,"input_tokens_details":{"cached_tokens":0},"output_tokens":6,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":19}""");
        response.GetProperty("temperature").GetRawText().ShouldBe("0.3");
        response.GetProperty("metadata").GetRawText().ShouldBe("""{"a":"b"}""");
        server.Generator.Prompts[0].ShouldBe("be loud\nhello");
        (await server.Http.GetStringAsync("v1/responses/" + Id(response))).ShouldBe(response.GetRawText());
    }

    [Fact]
    public async Task A_kept_response_outlives_a_restart_and_can_be_gone_on_from()
    {
        var folder = Directory.CreateTempSubdirectory("gyre-responses-").FullName;
        var copy = Directory.CreateTempSubdirectory("gyre-responses-").FullName;
        JsonElement first;
        await using (var server = await TestServer.StartAsync(folder: folder, template: ToolTests.Template))
        {
            first = await CreateAsync(server, "\"input\":\"one\",\"instructions\":\"first only\"");
            await server.Host.StopAsync();
            File.Copy(Path.Combine(folder, "gyre.db"), Path.Combine(copy, "gyre.db"));
            File.Copy(Path.Combine(folder, "gyre.db-wal"), Path.Combine(copy, "gyre.db-wal"));
        }

        await using var again = await TestServer.StartAsync(folder: copy, template: ToolTests.Template);
        (await again.Http.GetStringAsync("v1/responses/" + Id(first))).ShouldBe(first.GetRawText());
        var second = await CreateAsync(again, $"\"input\":\"two\",\"previous_response_id\":\"{Id(first)}\"");
        await CreateAsync(again, $"\"input\":[{{\"role\":\"user\",\"content\":[{{\"type\":\"input_text\",\"text\":\"three\"}}]}}],\"previous_response_id\":\"{Id(second)}\"");

        again.Generator.Prompts[^1].ShouldBe("user:one\nassistant:A:\nuser:two\nassistant:A:\nuser:three\nA:");
    }

    [Fact]
    public async Task A_call_and_its_output_go_through_the_conversation()
    {
        await using var server = await TestServer.StartAsync(template: ToolTests.Template);
        server.Generator.Answer = "Look.<tool_call>{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Oslo\"}}</tool_call>";
        var first = await CreateAsync(server, $"\"input\":\"Oslo?\",\"tools\":{Tools}");

        first.GetProperty("output").EnumerateArray().Select(item => item.GetProperty("type").GetString()).ShouldBe(["message", "function_call"]);
        var call = first.GetProperty("output")[1];
        call.GetProperty("arguments").GetString().ShouldBe("""{"city": "Oslo"}""");
        call.GetProperty("status").GetString().ShouldBe("completed");
        server.Generator.Answer = "Rain.";
        await CreateAsync(server, $"\"input\":[{{\"type\":\"function_call_output\",\"call_id\":\"{call.GetProperty("call_id").GetString()}\",\"output\":\"rain\"}}],\"previous_response_id\":\"{Id(first)}\"");

        server.Generator.Prompts[^1].ShouldBe("user:Oslo?\nassistant:Look.<tool_call>{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Oslo\"}}</tool_call>\ntool:rain\nA:");
    }

    [Fact]
    public async Task Input_items_are_listed_page_by_page()
    {
        await using var server = await TestServer.StartAsync();
        var response = await CreateAsync(server, "\"input\":[{\"role\":\"user\",\"content\":\"a\",\"id\":\"m1\"},{\"role\":\"assistant\",\"content\":\"b\",\"id\":\"m2\"},{\"role\":\"user\",\"content\":\"c\",\"id\":\"m3\"}]");
        var path = $"v1/responses/{Id(response)}/input_items";

        var newest = await (await server.Http.GetAsync(path + "?limit=2")).JsonAsync();
        var rest = await (await server.Http.GetAsync(path + "?limit=2&after=" + newest.GetProperty("last_id").GetString())).JsonAsync();
        var oldest = await (await server.Http.GetAsync(path + "?order=asc")).JsonAsync();

        Ids(newest).ShouldBe(["m3", "m2"]);
        newest.GetProperty("has_more").GetBoolean().ShouldBeTrue();
        Ids(rest).ShouldBe(["m1"]);
        rest.GetProperty("has_more").GetBoolean().ShouldBeFalse();
        Ids(oldest).ShouldBe(["m1", "m2", "m3"]);
        oldest.GetProperty("data")[1].GetProperty("content")[0].GetProperty("type").GetString().ShouldBe("output_text");
        foreach (var (query, param) in new[] { ("limit=0", "limit"), ("limit=x", "limit"), ("order=up", "order"), ("after=nobody", "after") })
        {
            (await (await server.Http.GetAsync(path + "?" + query)).ErrorAsync()).Param.ShouldBe(param);
        }
    }

    [Fact]
    public async Task A_deleted_response_is_gone_and_cannot_be_gone_on_from()
    {
        await using var server = await TestServer.StartAsync();
        var id = Id(await CreateAsync(server, "\"input\":\"a\""));

        var deleted = await (await server.Http.DeleteAsync("v1/responses/" + id)).JsonAsync();

        deleted.GetRawText().ShouldBe($$"""{"id":"{{id}}","object":"response.deleted","deleted":true}""");
        (await server.Http.GetAsync("v1/responses/" + id)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await server.Http.DeleteAsync("v1/responses/" + id)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var error = await (await SendAsync(server, $"\"input\":\"b\",\"previous_response_id\":\"{id}\"")).ErrorAsync();
        (error.Code, error.Param).ShouldBe(("previous_response_not_found", "previous_response_id"));
    }

    [Fact]
    public async Task What_is_not_to_be_stored_is_nowhere()
    {
        await using var server = await TestServer.StartAsync();

        var response = await SendAsync(server, "\"input\":\"a secret\",\"store\":false");

        (await server.Http.GetAsync("v1/responses/" + Id(await response.JsonAsync()))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var recorder = server.Host.Services.GetRequiredService<TraceRecorder>();
        await Eventually.TrueAsync(() => recorder.Counts.Written == 1);
        var trace = (await server.Host.Services.GetRequiredService<TraceStore>().FindAsync(response.Headers.GetValues("x-request-id").Single())).ShouldNotBeNull();
        trace.Input.ShouldBeEmpty();
        trace.Output.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_server_that_stores_no_content_keeps_no_response()
    {
        await using var server = await TestServer.StartAsync(options => options with { StoresContent = false });

        var response = await CreateAsync(server, "\"input\":\"a\"");
        var error = await (await SendAsync(server, "\"input\":\"a\",\"store\":true")).ErrorAsync();

        response.GetProperty("store").GetBoolean().ShouldBeFalse();
        (await server.Http.GetAsync("v1/responses/" + Id(response))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (error.Code, error.Param).ShouldBe(("SRV0111", "store"));
    }

    [Fact]
    public async Task The_oldest_responses_go_beyond_the_number_and_the_size()
    {
        await using var server = await TestServer.StartAsync(options => options with { MaxStoredResponses = 3, MaxStoredResponseBytes = 20_000 });
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            ids.Add(Id(await CreateAsync(server, "\"input\":\"a\"")));
        }

        (await KeptAsync(server, ids)).ShouldBe([false, false, true, true, true]);
        ids.Add(Id(await CreateAsync(server, $"\"input\":\"{new string('a', 2000)}\"")));
        (await KeptAsync(server, ids)).ShouldBe([false, false, false, true, true, true]);
        ids.Add(Id(await CreateAsync(server, "\"input\":\"" + string.Concat(Enumerable.Repeat("\\\\n", 300)) + new string('b', 3000) + "\"")));
        (await KeptAsync(server, ids))[^1].ShouldBeTrue();
    }

    [Fact]
    public async Task A_conversation_beyond_the_context_is_refused_or_loses_its_oldest_messages()
    {
        await using var server = await TestServer.StartAsync(template: ToolTests.Template);
        var first = await CreateAsync(server, $"\"input\":\"{new string('a', 3000)}\"");
        var input = $"\"input\":\"{new string('b', 1500)}\",\"previous_response_id\":\"{Id(first)}\",\"instructions\":\"stay\",\"max_output_tokens\":5";

        var refused = await (await SendAsync(server, input)).ErrorAsync();
        var fitted = await CreateAsync(server, input + ",\"truncation\":\"auto\"");

        refused.Code.ShouldBe("context_length_exceeded");
        fitted.GetProperty("truncation").GetString().ShouldBe("auto");
        server.Generator.Prompts[^1].ShouldBe($"system:stay\nuser:{new string('b', 1500)}\nA:");
    }

    [Theory]
    [InlineData("\"instructions\":\"x\"", "input", "SRV0112")]
    [InlineData("\"input\":5", "input", "SRV0113")]
    [InlineData("\"input\":[]", "input", "SRV0114")]
    [InlineData("\"input\":[5]", "input[0]", "SRV0113")]
    [InlineData("\"input\":[{\"role\":\"user\"}]", "input[0].content", "SRV0112")]
    [InlineData("\"input\":[{\"content\":\"a\"}]", "input[0].role", "SRV0112")]
    [InlineData("\"input\":[{\"role\":\"tool\",\"content\":\"a\"}]", "input[0].role", "SRV0114")]
    [InlineData("\"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_image\"}]}]", "input[0].content[0].type", "SRV0116")]
    [InlineData("\"input\":[{\"type\":\"item_reference\",\"id\":\"x\"}]", "input[0].type", "SRV0116")]
    [InlineData("\"input\":[{\"type\":\"function_call_output\",\"call_id\":\"x\",\"output\":\"y\"}]", "input[0].call_id", "SRV0115")]
    [InlineData("\"input\":[{\"type\":\"function_call\",\"call_id\":\"x\",\"name\":\"f\",\"arguments\":\"[]\"}]", "input[0].arguments", "SRV0114")]
    [InlineData("\"input\":\"a\",\"tools\":[{\"type\":\"web_search\"}]", "tools[0].type", "SRV0116")]
    [InlineData("\"input\":\"a\",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]", "tools[0].function", "SRV0110")]
    [InlineData("\"input\":\"a\",\"truncation\":\"some\"", "truncation", "SRV0114")]
    [InlineData("\"input\":\"a\",\"include\":[\"file_search_call.results\"]", "include", "SRV0114")]
    [InlineData("\"input\":\"a\",\"background\":true,\"stream\":true", "stream", "SRV0115")]
    [InlineData("\"input\":\"a\",\"background\":true,\"store\":false", "background", "SRV0115")]
    [InlineData("\"input\":\"a\",\"max_output_tokens\":0", "max_output_tokens", "SRV0114")]
    [InlineData("\"input\":\"a\",\"text\":{\"verbosity\":\"high\"}", "text.verbosity", "SRV0114")]
    [InlineData("\"input\":\"a\",\"metadata\":{\"a\":5}", "metadata.a", "SRV0113")]
    [InlineData("\"input\":\"a\",\"conversation\":\"c\"", "conversation", "SRV0111")]
    [InlineData("\"input\":\"a\",\"max_tokens\":5", "max_tokens", "SRV0110")]
    public async Task A_faulty_request_is_refused_by_its_place(string parameters, string param, string code)
    {
        await using var server = await TestServer.StartAsync();

        var response = await SendAsync(server, parameters);

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var error = await response.ErrorAsync();
        (error.Param, error.Code).ShouldBe((param, code), error.Message);
    }

    private static async Task<List<bool>> KeptAsync(TestServer server, List<string> ids)
    {
        var kept = new List<bool>();
        foreach (var id in ids)
        {
            kept.Add((await server.Http.GetAsync("v1/responses/" + id)).IsSuccessStatusCode);
        }

        return kept;
    }

    private static IEnumerable<string?> Ids(JsonElement list) => list.GetProperty("data").EnumerateArray().Select(item => item.GetProperty("id").GetString());

    private static string Id(JsonElement response) => response.GetProperty("id").GetString()!;

    private static Task<HttpResponseMessage> SendAsync(TestServer server, string parameters) =>
        server.Http.SendJsonAsync("v1/responses", $$"""{"model":"gyre",{{parameters}}}""");

    private static async Task<JsonElement> CreateAsync(TestServer server, string parameters)
    {
        var response = await SendAsync(server, parameters);
        response.IsSuccessStatusCode.ShouldBeTrue(await response.Content.ReadAsStringAsync());
        return await response.JsonAsync();
    }
}
