using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gyre.Server.Tests.Fakes;

namespace Gyre.Server.Tests.Endpoints;

/// <summary>Answers whose form is enforced, written by a model that knows nothing.</summary>
public partial class FormatTests
{
    private const string Schema = """{"type":"object","properties":{"colour":{"enum":["red","blue"]},"price":{"type":"integer","minimum":0,"maximum":99},"sizes":{"type":"array","items":{"enum":["S","M"]},"minItems":1,"maxItems":3}},"required":["colour","price","sizes"],"additionalProperties":false}""";

    private const string Tools = """[{"type":"function","function":{"name":"order","parameters":{"type":"object","properties":{"item":{"enum":["hat","scarf"]},"count":{"type":"integer","minimum":1,"maximum":9}},"required":["item","count"],"additionalProperties":false}}},{"type":"function","function":{"name":"stop"}}]""";

    public static TheoryData<string, string?> Families => new()
    {
        { "hermes", ToolTests.Template },
        { "llama3", "{% for tool in tools %}<|start_header_id|>\"parameters\": {{ tool | tojson }}{% endfor %}{% for m in messages %}{{ m.content }}{% endfor %}" },
        { "mistral", "{% for tool in tools %}[TOOL_CALLS]{{ tool | tojson }}{% endfor %}{% for m in messages %}{{ m.content }}{% endfor %}" },
        { "json", null },
    };

    [Theory]
    [MemberData(nameof(Families))]
    public async Task A_required_call_is_valid_whatever_the_model_writes(string family, string? template)
    {
        await using var server = await TestServer.StartAsync(template: template);
        var names = new HashSet<string>();
        for (var seed = 0; seed < 20; seed++)
        {
            var choice = Choice(await ChatAsync(server, $"\"tools\":{Tools},\"tool_choice\":\"required\",\"seed\":{seed}"));

            choice.GetProperty("finish_reason").GetString().ShouldBe("tool_calls", family);
            choice.GetProperty("message").GetProperty("content").ValueKind.ShouldBe(JsonValueKind.Null);
            foreach (var call in choice.GetProperty("message").GetProperty("tool_calls").EnumerateArray())
            {
                CheckCall(call.GetProperty("function"));
                names.Add(call.GetProperty("function").GetProperty("name").GetString()!);
            }
        }

        names.ShouldBe(["order", "stop"], ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(Families))]
    public async Task With_auto_a_text_stays_and_a_call_keeps_its_form(string family, string? template)
    {
        await using var server = await TestServer.StartAsync(template: template);
        server.Generator.Answer = "Just text, { and } included.";
        var plain = Choice(await ChatAsync(server, $"\"tools\":{Tools}"));
        server.Generator.Answer = family switch
        {
            "hermes" => "<tool_call>\n{\"name\": \"order\", \"arguments\": {\"item\": \"hat\", \"count\": 0}}\n</tool_call>",
            "mistral" => "[TOOL_CALLS][{\"name\": \"order\", \"arguments\": {\"item\": \"hat\", \"count\": 0}}]",
            "llama3" => "{\"name\": \"order\", \"parameters\": {\"item\": \"hat\", \"count\": 0}}",
            _ => "{\"name\": \"order\", \"arguments\": {\"item\": \"hat\", \"count\": 0}}",
        };
        var options = server.Generator.Seen[^1];
        options.Constraint.ShouldNotBeNull().IsSatisfiedBy(System.Text.Encoding.UTF8.GetBytes(server.Generator.Answer)).ShouldBeFalse("count is below its minimum");
        options.Constraint.IsSatisfiedBy(System.Text.Encoding.UTF8.GetBytes(server.Generator.Answer.Replace(": 0", ": 2", StringComparison.Ordinal))).ShouldBeTrue();

        plain.GetProperty("message").GetProperty("content").GetString().ShouldBe("Just text, { and } included.");
        plain.GetProperty("finish_reason").GetString().ShouldBe("stop");
    }

    [Fact]
    public async Task A_named_function_is_called_once_and_no_other()
    {
        await using var server = await TestServer.StartAsync(template: ToolTests.Template);
        for (var seed = 0; seed < 10; seed++)
        {
            var calls = Choice(await ChatAsync(server, $$$"""
                "tools":{{{Tools}}},"tool_choice":{"type":"function","function":{"name":"order"}},"seed":{{{seed}}}
                """)).GetProperty("message").GetProperty("tool_calls");

            CheckCall(calls.EnumerateArray().ShouldHaveSingleItem().GetProperty("function"));
            calls[0].GetProperty("function").GetProperty("name").GetString().ShouldBe("order");
        }
    }

    [Fact]
    public async Task Without_parallel_calls_there_is_one_and_with_them_there_may_be_more()
    {
        await using var server = await TestServer.StartAsync(template: ToolTests.Template);
        var most = 0;
        for (var seed = 0; seed < 10; seed++)
        {
            var alone = Choice(await ChatAsync(server, $"\"tools\":{Tools},\"tool_choice\":\"required\",\"parallel_tool_calls\":false,\"seed\":{seed}"));
            var free = Choice(await ChatAsync(server, $"\"tools\":{Tools},\"tool_choice\":\"required\",\"seed\":{seed}"));
            alone.GetProperty("message").GetProperty("tool_calls").GetArrayLength().ShouldBe(1);
            most = Math.Max(most, free.GetProperty("message").GetProperty("tool_calls").GetArrayLength());
        }

        most.ShouldBeGreaterThan(1);
    }

    [Theory]
    [InlineData("v1/chat/completions", "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"shop\",\"strict\":true,\"schema\":SCHEMA}}")]
    [InlineData("v1/chat/completions", "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"structured_outputs\":{\"json\":SCHEMA}")]
    [InlineData("v1/responses", "\"input\":\"x\",\"text\":{\"format\":{\"type\":\"json_schema\",\"name\":\"shop\",\"schema\":SCHEMA}}")]
    [InlineData("v1/completions", "\"prompt\":\"x\",\"max_tokens\":500,\"structured_outputs\":{\"json\":SCHEMA}")]
    public async Task A_schema_is_kept_whatever_the_model_writes(string path, string parameters)
    {
        await using var server = await TestServer.StartAsync();
        for (var seed = 0; seed < 25; seed++)
        {
            var response = await server.Http.SendJsonAsync(path, $$"""{"model":"gyre","seed":{{seed}},{{parameters.Replace("SCHEMA", Schema, StringComparison.Ordinal)}}}""");
            response.IsSuccessStatusCode.ShouldBeTrue(await response.Content.ReadAsStringAsync());
            using var value = JsonDocument.Parse(TextOf(await response.JsonAsync()));
            value.RootElement.EnumerateObject().Select(field => field.Name).ShouldBe(["colour", "price", "sizes"], ignoreOrder: true);
            value.RootElement.GetProperty("colour").GetString().ShouldBeOneOf("red", "blue");
            value.RootElement.GetProperty("price").GetInt32().ShouldBeInRange(0, 99);
            value.RootElement.GetProperty("sizes").GetArrayLength().ShouldBeInRange(1, 3);
        }
    }

    [Theory]
    [InlineData("", false)]
    [InlineData(",\"disable_any_whitespace\":true", false)]
    [InlineData(",\"disable_any_whitespace\":null", false)]
    [InlineData(",\"disable_any_whitespace\":false", true)]
    public async Task Lines_are_broken_only_where_the_request_lets_them(string field, bool expected)
    {
        await using var server = await TestServer.StartAsync();
        await ChatAsync(server, $"\"structured_outputs\":{{\"json\":{{\"type\":\"array\",\"items\":{{\"type\":\"integer\"}}}}{field}}}");

        var constraint = server.Generator.Seen[^1].Constraint.ShouldNotBeNull();

        constraint.IsSatisfiedBy("[1, 2]"u8).ShouldBeTrue();
        constraint.IsSatisfiedBy("[\n  1,\n  2\n]"u8).ShouldBe(expected);
    }

    [Fact]
    public async Task Any_object_an_expression_a_grammar_and_a_choice_are_kept()
    {
        await using var server = await TestServer.StartAsync();

        JsonDocument.Parse(TextOf(await ChatAsync(server, "\"response_format\":{\"type\":\"json_object\"},\"max_tokens\":3000"))).RootElement.ValueKind.ShouldBe(JsonValueKind.Object);
        Code().IsMatch(TextOf(await ChatAsync(server, "\"structured_outputs\":{\"regex\":\"[A-Z]{3}-\\\\d{4}\"}"))).ShouldBeTrue();
        TextOf(await ChatAsync(server, "\"structured_outputs\":{\"grammar\":\"root ::= \\\"yes\\\" | \\\"no\\\"\"}")).ShouldBeOneOf("yes", "no");
        TextOf(await ChatAsync(server, "\"structured_outputs\":{\"choice\":[\"left\",\"right\"]}")).ShouldBeOneOf("left", "right");
    }

    [Fact]
    public async Task Tools_and_a_form_together_give_calls_or_that_form()
    {
        await using var server = await TestServer.StartAsync(template: ToolTests.Template);
        var seen = new HashSet<string>();
        for (var seed = 0; seed < 30; seed++)
        {
            var choice = Choice(await ChatAsync(server, $$$"""
                "tools":{{{Tools}}},"seed":{{{seed}}},"response_format":{"type":"json_schema","json_schema":{"name":"shop","schema":{{{Schema}}}}}
                """));
            var reason = choice.GetProperty("finish_reason").GetString()!;
            seen.Add(reason);
            if (reason == "stop")
            {
                JsonDocument.Parse(choice.GetProperty("message").GetProperty("content").GetString()!).RootElement.GetProperty("price").GetInt32().ShouldBeInRange(0, 99);
            }
        }

        seen.ShouldBe(["stop", "tool_calls"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"a\",\"schema\":{\"type\":\"object\",\"unevaluatedWidth\":1}}}", "response_format.json_schema.schema", "RUN0701", "unevaluatedWidth")]
    [InlineData("\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"a\",\"schema\":{\"type\":\"integer\",\"minimum\":5,\"maximum\":4}}}", "response_format.json_schema.schema", "RUN0702", "satisfy")]
    [InlineData("\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"a\",\"schema\":{\"type\":\"string\",\"pattern\":\"((((a{99}){99}){99}){99}){99}\"}}}", "response_format.json_schema.schema", "RUN0703", "expected")]
    [InlineData("\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"a b\",\"schema\":{}}}", "response_format.json_schema.name", "SRV0114", "letters")]
    [InlineData("\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"a\"}}", "response_format.json_schema.schema", "SRV0112", "missing")]
    [InlineData("\"response_format\":{\"type\":\"json_schema\"}", "response_format.json_schema", "SRV0112", "missing")]
    [InlineData("\"response_format\":{\"type\":\"xml\"}", "response_format.type", "SRV0114", "json_schema")]
    [InlineData("\"response_format\":{}", "response_format.type", "SRV0112", "missing")]
    [InlineData("\"response_format\":{\"type\":\"json_object\"},\"structured_outputs\":{\"regex\":\"a\"}", "structured_outputs", "SRV0115", "one of them")]
    [InlineData("\"structured_outputs\":{\"regex\":\"a\",\"choice\":[\"b\"]}", "structured_outputs", "SRV0115", "2 entries")]
    [InlineData("\"structured_outputs\":{\"regex\":\"(?=a)\"}", "structured_outputs.regex", "RUN0704", "refused")]
    [InlineData("\"structured_outputs\":{\"grammar\":\"root ::= root \\\"a\\\" | \\\"b\\\"\"}", "structured_outputs.grammar", "RUN0705", "refused")]
    [InlineData("\"structured_outputs\":{\"choice\":[]}", "structured_outputs.choice", "SRV0114", "at least one")]
    [InlineData("\"structured_outputs\":{\"json\":5}", "structured_outputs.json", "SRV0113", "schema")]
    [InlineData("\"tool_choice\":\"required\",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{\"type\":\"object\",\"oddKeyword\":1}}}]", "tools[0].function.parameters", "RUN0701", "oddKeyword")]
    [InlineData("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"strict\":true,\"parameters\":{\"type\":\"object\",\"oddKeyword\":1}}}]", "tools[0].function.parameters", "RUN0701", "oddKeyword")]
    public async Task A_form_that_cannot_be_kept_is_refused_by_its_place(string parameters, string param, string code, string says)
    {
        await using var server = await TestServer.StartAsync(template: ToolTests.Template);

        var response = await server.Http.SendJsonAsync("v1/chat/completions", $$"""{"model":"gyre","messages":[{"role":"user","content":"x"}],{{parameters}}}""");

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest, await response.Content.ReadAsStringAsync());
        var error = await response.ErrorAsync();
        (error.Param, error.Code).ShouldBe((param, code), error.Message);
        error.Message.ShouldContain(says);
    }

    [Fact]
    public async Task A_function_that_need_not_be_strict_takes_any_object_where_its_schema_cannot_be_kept()
    {
        await using var server = await TestServer.StartAsync(template: ToolTests.Template);
        server.Generator.Answer = "<tool_call>\n{\"name\": \"f\", \"arguments\": {\"any\": [1]}}\n</tool_call>";

        var choice = Choice(await ChatAsync(server, "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{\"type\":\"object\",\"oddKeyword\":1}}}]"));

        choice.GetProperty("message").GetProperty("tool_calls")[0].GetProperty("function").GetProperty("arguments").GetString().ShouldBe("""{"any": [1]}""");
    }

    [Fact]
    public async Task Messages_force_a_tool_as_chat_does()
    {
        await using var server = await TestServer.StartAsync(template: ToolTests.Template);

        var answer = await (await server.Http.SendJsonAsync(
            "v1/messages",
            """{"model":"gyre","max_tokens":500,"messages":[{"role":"user","content":"x"}],"tool_choice":{"type":"tool","name":"order"},"tools":[{"name":"order","input_schema":{"type":"object","properties":{"count":{"type":"integer","minimum":1,"maximum":9}},"required":["count"],"additionalProperties":false}}]}""")).JsonAsync();

        answer.GetProperty("stop_reason").GetString().ShouldBe("tool_use");
        answer.GetProperty("content").EnumerateArray().ShouldHaveSingleItem().GetProperty("input").GetProperty("count").GetInt32().ShouldBeInRange(1, 9);
    }

    private static void CheckCall(JsonElement function)
    {
        using var arguments = JsonDocument.Parse(function.GetProperty("arguments").GetString()!);
        if (function.GetProperty("name").GetString() == "order")
        {
            arguments.RootElement.EnumerateObject().Select(field => field.Name).ShouldBe(["item", "count"], ignoreOrder: true);
            arguments.RootElement.GetProperty("item").GetString().ShouldBeOneOf("hat", "scarf");
            arguments.RootElement.GetProperty("count").GetInt32().ShouldBeInRange(1, 9);
        }
        else
        {
            function.GetProperty("name").GetString().ShouldBe("stop");
            arguments.RootElement.GetRawText().ShouldBe("{}");
        }
    }

    private static string TextOf(JsonElement answer) => answer.TryGetProperty("output", out var output)
        ? output[0].GetProperty("content")[0].GetProperty("text").GetString()!
        : answer.GetProperty("choices")[0] is var choice && choice.TryGetProperty("message", out var message) ? message.GetProperty("content").GetString()! : choice.GetProperty("text").GetString()!;

    private static JsonElement Choice(JsonElement answer) => answer.GetProperty("choices")[0];

    private static async Task<JsonElement> ChatAsync(TestServer server, string parameters)
    {
        var response = await server.Http.SendJsonAsync("v1/chat/completions", $$"""{"model":"gyre","messages":[{"role":"user","content":"x"}],{{parameters}}}""");
        response.IsSuccessStatusCode.ShouldBeTrue(await response.Content.ReadAsStringAsync());
        return await response.JsonAsync();
    }

    [GeneratedRegex(@"^[A-Z]{3}-[0-9]{4}$", RegexOptions.NonBacktracking)]
    private static partial Regex Code();
}
