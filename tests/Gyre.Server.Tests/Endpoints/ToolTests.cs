using System.ClientModel;
using System.Net;
using System.Text;
using System.Text.Json;
using Gyre.Server.Tests.Fakes;
using OpenAI;
using OpenAI.Chat;

namespace Gyre.Server.Tests.Endpoints;

/// <summary>Functions on offer, calls in the answer, results in the conversation.</summary>
public class ToolTests
{
    /// <summary>A template of the Hermes family, small enough to read.</summary>
    public const string Template =
        "{% for tool in tools %}T:{{ tool | tojson }}\n{% endfor %}{% for m in messages %}{{ m.role }}:{{ m.content }}{% for c in m.tool_calls %}<tool_call>{{ c.function | tojson }}</tool_call>{% endfor %}{{ '\n' }}{% endfor %}A:";

    private const string Tools =
        """[{"type":"function","function":{"name":"get_weather","description":"Weather of a city.","parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"],"additionalProperties":false}}},{"type":"function","function":{"name":"now"}}]""";

    [Fact]
    public async Task A_call_in_the_models_own_form_is_answered_as_a_tool_call()
    {
        await using var server = await TestServer.StartAsync(template: Template);
        server.Generator.Answer = "Let me look.\n<tool_call>\n{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Oslo\"}}\n</tool_call>\n<tool_call>\n{\"name\": \"now\", \"arguments\": {}}\n</tool_call>";

        var answer = await (await SendAsync(server)).JsonAsync();

        var choice = answer.GetProperty("choices")[0];
        choice.GetProperty("finish_reason").GetString().ShouldBe("tool_calls");
        choice.GetProperty("message").GetProperty("content").GetString().ShouldBe("Let me look.");
        var calls = choice.GetProperty("message").GetProperty("tool_calls").EnumerateArray().ToList();
        calls.Select(call => call.GetProperty("function").GetProperty("name").GetString()).ShouldBe(["get_weather", "now"]);
        calls[0].GetProperty("function").GetProperty("arguments").GetString().ShouldBe("""{"city": "Oslo"}""");
        calls.Select(call => call.GetProperty("id").GetString()).Distinct().Count().ShouldBe(2);
        calls.ShouldAllBe(call => call.GetProperty("type").GetString() == "function" && !call.EnumerateObject().Any(key => key.NameEquals("index")));
    }

    [Fact]
    public async Task An_answer_without_text_has_null_content()
    {
        await using var server = await TestServer.StartAsync(template: Template);
        server.Generator.Answer = "<tool_call>{\"name\": \"now\", \"arguments\": {}}</tool_call>";

        var message = (await (await SendAsync(server)).JsonAsync()).GetProperty("choices")[0].GetProperty("message");

        message.GetProperty("content").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task A_stream_gives_id_type_and_name_first_and_then_pieces_of_the_arguments()
    {
        await using var server = await TestServer.StartAsync(template: Template);
        server.Generator.Answer = "Hm. <tool_call>{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Oslo\"}}</tool_call>";

        var text = await (await SendAsync(server, ",\"stream\":true")).Content.ReadAsStringAsync();

        var deltas = text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).SkipLast(1)
            .Select(data => JsonDocument.Parse(data["data: ".Length..]).RootElement.GetProperty("choices")[0]).ToList();
        string.Concat(deltas.Select(choice => choice.GetProperty("delta").TryGetProperty("content", out var content) ? content.GetString() : "")).ShouldBe("Hm.");
        var calls = deltas.Where(choice => choice.GetProperty("delta").TryGetProperty("tool_calls", out _)).Select(choice => choice.GetProperty("delta").GetProperty("tool_calls")[0]).ToList();
        calls[0].GetProperty("id").GetString().ShouldStartWith("call_");
        calls[0].GetProperty("type").GetString().ShouldBe("function");
        calls[0].GetProperty("function").GetProperty("name").GetString().ShouldBe("get_weather");
        calls[0].GetProperty("function").GetProperty("arguments").GetString().ShouldBe("");
        calls.Skip(1).ShouldAllBe(call => !call.EnumerateObject().Any(key => key.NameEquals("id")) && call.GetProperty("index").GetInt32() == 0);
        calls.Count.ShouldBeGreaterThan(5);
        string.Concat(calls.Select(call => call.GetProperty("function").GetProperty("arguments").GetString())).ShouldBe("""{"city": "Oslo"}""");
        deltas[^1].GetProperty("finish_reason").GetString().ShouldBe("tool_calls");
        deltas.SkipLast(1).ShouldAllBe(choice => choice.GetProperty("finish_reason").ValueKind == JsonValueKind.Null);
    }

    [Fact]
    public async Task The_official_client_calls_and_gives_the_result_back()
    {
        await using var server = await TestServer.StartAsync(template: Template);
        server.Generator.Answer = "<tool_call>{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Oslo\"}}</tool_call>";
        var chat = new OpenAIClient(new ApiKeyCredential("unused"), new OpenAIClientOptions { Endpoint = new Uri(server.Host.Address, "v1") }).GetChatClient("gyre");
        var options = new ChatCompletionOptions { Tools = { ChatTool.CreateFunctionTool("get_weather", "Weather.", BinaryData.FromString("""{"type":"object","properties":{"city":{"type":"string"}}}""")) } };

        var first = (await chat.CompleteChatAsync([new UserChatMessage("Oslo?")], options)).Value;
        server.Generator.Answer = null;
        var second = (await chat.CompleteChatAsync([new UserChatMessage("Oslo?"), new AssistantChatMessage(first), new ToolChatMessage(first.ToolCalls[0].Id, "rain\nsays it")], options)).Value;

        first.FinishReason.ShouldBe(ChatFinishReason.ToolCalls);
        first.ToolCalls[0].FunctionArguments.ToString().ShouldBe("""{"city": "Oslo"}""");
        second.FinishReason.ShouldBe(ChatFinishReason.Stop);
        var prompt = server.Generator.Prompts[^1];
        prompt.ShouldContain("T:{\"type\": \"function\", \"function\": {\"name\": \"get_weather\"");
        prompt.ShouldContain("assistant:<tool_call>{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Oslo\"}}</tool_call>\ntool:rain\nsays it\n");
    }

    [Fact]
    public async Task With_the_choice_none_the_model_is_not_told_and_nothing_is_a_call()
    {
        await using var server = await TestServer.StartAsync(template: Template);
        server.Generator.Answer = "<tool_call>{\"name\": \"now\", \"arguments\": {}}</tool_call>";

        var choice = (await (await SendAsync(server, ",\"tool_choice\":\"none\"")).JsonAsync()).GetProperty("choices")[0];

        choice.GetProperty("finish_reason").GetString().ShouldBe("stop");
        choice.GetProperty("message").GetProperty("content").GetString().ShouldBe(server.Generator.Answer);
        server.Generator.Prompts[0].ShouldNotContain("get_weather");
    }

    [Fact]
    public async Task A_call_that_the_limit_cuts_is_text_and_the_reason_says_length()
    {
        await using var server = await TestServer.StartAsync(template: Template);
        server.Generator.Answer = "<tool_call>{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Oslo\"}}</tool_call>";

        var choice = (await (await SendAsync(server, ",\"max_tokens\":60")).JsonAsync()).GetProperty("choices")[0];

        choice.GetProperty("finish_reason").GetString().ShouldBe("length");
        choice.GetProperty("message").TryGetProperty("tool_calls", out _).ShouldBeFalse();
        choice.GetProperty("message").GetProperty("content").GetString().ShouldBe(server.Generator.Answer[..60]);
    }

    [Theory]
    [InlineData("\"tools\":{}", "tools", "SRV0113", "list")]
    [InlineData("\"tools\":[1]", "tools[0]", "SRV0113", "object")]
    [InlineData("\"tools\":[{\"type\":\"function\"}]", "tools[0].function", "SRV0112", "missing")]
    [InlineData("\"tools\":[{\"type\":\"web_search\"}]", "tools[0].type", "SRV0116", "no tools of its own")]
    [InlineData("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"a b\"}}]", "tools[0].function.name", "SRV0114", "letters")]
    [InlineData("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"a\",\"parameters\":[]}}]", "tools[0].function.parameters", "SRV0113", "object")]
    [InlineData("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"a\",\"parameters\":{\"type\":\"string\"}}}]", "tools[0].function.parameters", "SRV0114", "'object'")]
    [InlineData("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"a\",\"parameters\":{\"a\":\"\\ud800\"}}}]", "tools[0].function.parameters", "SRV0113", "surrogate")]
    [InlineData("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"a\"}},{\"type\":\"function\",\"function\":{\"name\":\"a\"}}]", "tools[1]", "SRV0114", "differ")]
    [InlineData("\"tool_choice\":\"required\"", "tool_choice", "SRV0115", "no 'tools'")]
    [InlineData("\"tools\":TOOLS,\"tool_choice\":\"maybe\"", "tool_choice", "SRV0114", "'required'")]
    [InlineData("\"tools\":TOOLS,\"tool_choice\":5", "tool_choice", "SRV0113", "object")]
    [InlineData("\"tools\":TOOLS,\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"other\"}}", "tool_choice", "SRV0114", "not among")]
    [InlineData("\"tools\":TOOLS,\"tool_choice\":{\"type\":\"function\"}", "tool_choice.function.name", "SRV0112", "missing")]
    [InlineData("\"tools\":TOOLS,\"tool_choice\":{\"type\":\"allowed_tools\",\"allowed_tools\":{\"mode\":\"auto\",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"x\"}}]}}", "tool_choice.allowed_tools.tools[0]", "SRV0114", "not among")]
    [InlineData("\"tools\":TOOLS,\"parallel_tool_calls\":1", "parallel_tool_calls", "SRV0113", "true or false")]
    public async Task Faulty_tools_are_refused_by_their_place(string parameters, string param, string code, string says)
    {
        await using var server = await TestServer.StartAsync(template: Template);

        var response = await server.Http.SendJsonAsync("v1/chat/completions", $$"""{"model":"gyre","messages":[{"role":"user","content":"x"}],{{parameters.Replace("TOOLS", Tools, StringComparison.Ordinal)}}}""");

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var error = await response.ErrorAsync();
        (error.Param, error.Code).ShouldBe((param, code), error.Message);
        error.Message.ShouldContain(says);
    }

    [Theory]
    [InlineData("""{"role":"tool","content":"x"}""", "messages[1].tool_call_id", "SRV0112")]
    [InlineData("""{"role":"tool","content":"x","tool_call_id":"nobody"}""", "messages[1].tool_call_id", "SRV0115")]
    [InlineData("""{"role":"user","content":"x","tool_call_id":"nobody"}""", "messages[1].tool_call_id", "SRV0115")]
    [InlineData("""{"role":"function","content":"x","name":"f"}""", "messages[1].role", "SRV0116")]
    [InlineData("""{"role":"assistant","tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"not json"}}]}""", "messages[1].tool_calls[0].function.arguments", "SRV0114")]
    [InlineData("""{"role":"assistant","tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{\"a\":\"\\ud800\"}"}}]}""", "messages[1].tool_calls[0].function.arguments", "SRV0114")]
    [InlineData("""{"role":"assistant","tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":{}}}]}""", "messages[1].tool_calls[0].function.arguments", "SRV0113")]
    [InlineData("""{"role":"assistant","tool_calls":[{"type":"function","function":{"name":"f","arguments":"{}"}}]}""", "messages[1].tool_calls[0].id", "SRV0112")]
    [InlineData("""{"role":"assistant","tool_calls":{}}""", "messages[1].tool_calls", "SRV0113")]
    [InlineData("""{"role":"user","content":"x","tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"}}]}""", "messages[1].tool_calls", "SRV0115")]
    public async Task Faulty_tool_messages_are_refused_by_their_place(string message, string param, string code)
    {
        await using var server = await TestServer.StartAsync(template: Template);

        var response = await server.Http.SendJsonAsync("v1/chat/completions", $$"""{"model":"gyre","messages":[{"role":"user","content":"x"},{{message}}]}""");

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var error = await response.ErrorAsync();
        (error.Param, error.Code).ShouldBe((param, code), error.Message);
    }

    private static Task<HttpResponseMessage> SendAsync(TestServer server, string more = "") =>
        server.Http.SendJsonAsync("v1/chat/completions", $$"""{"model":"gyre","messages":[{"role":"user","content":"Oslo?"}],"tools":{{Tools}}{{more}}}""");
}
