using System.Net;
using System.Text.Json;
using Gyre.Server.Tests.Fakes;

namespace Gyre.Server.Tests.Endpoints;

public class CompletionsTests
{
    [Fact]
    public async Task A_text_is_continued()
    {
        await using var server = await TestServer.StartAsync();

        var answer = await Post(server, """{"model":"gyre","prompt":"once upon"}""");

        answer.GetProperty("object").GetString().ShouldBe("text_completion");
        answer.GetProperty("id").GetString().ShouldStartWith("cmpl_");
        var choice = answer.GetProperty("choices")[0];
        choice.GetProperty("text").GetString().ShouldBe("ONCE UPON");
        choice.GetProperty("finish_reason").GetString().ShouldBe("stop");
        choice.GetProperty("logprobs").ValueKind.ShouldBe(JsonValueKind.Null);
        answer.GetProperty("usage").GetProperty("total_tokens").GetInt32().ShouldBe(19);
    }

    [Fact]
    public async Task The_token_limit_is_16_unless_it_is_given()
    {
        await using var server = await TestServer.StartAsync();

        var answer = await Post(server, $$"""{"model":"gyre","prompt":"{{new string('a', 40)}}"}""");

        answer.GetProperty("choices")[0].GetProperty("text").GetString().ShouldBe(new string('A', 16));
        answer.GetProperty("choices")[0].GetProperty("finish_reason").GetString().ShouldBe("length");
    }

    [Fact]
    public async Task Prompts_and_choices_are_numbered_prompt_by_prompt()
    {
        await using var server = await TestServer.StartAsync();

        var answer = await Post(server, """{"model":"gyre","prompt":["a","b"],"n":2,"seed":5}""");

        answer.GetProperty("choices").EnumerateArray().Select(choice => choice.GetProperty("text").GetString()).ShouldBe(["A", "A", "B", "B"]);
        answer.GetProperty("choices").EnumerateArray().Select(choice => choice.GetProperty("index").GetInt32()).ShouldBe([0, 1, 2, 3]);
        answer.GetProperty("usage").GetProperty("prompt_tokens").GetInt32().ShouldBe(2);
        server.Generator.Seen.Select(options => options.Seed).Order().ShouldBe([5UL, 5UL, 6UL, 6UL]);
    }

    [Theory]
    [InlineData("[104,105]", "HI")]
    [InlineData("[[104,105]]", "HI")]
    public async Task Token_ids_are_continued_as_they_are(string prompt, string text)
    {
        await using var server = await TestServer.StartAsync();

        var answer = await Post(server, $$"""{"model":"gyre","prompt":{{prompt}}}""");

        answer.GetProperty("choices")[0].GetProperty("text").GetString().ShouldBe(text);
    }

    [Fact]
    public async Task A_text_is_scored_without_generating()
    {
        await using var server = await TestServer.StartAsync();

        var answer = await Post(server, """{"model":"gyre","prompt":"aé","echo":true,"logprobs":2,"max_tokens":0}""");

        var choice = answer.GetProperty("choices")[0];
        choice.GetProperty("text").GetString().ShouldBe("aé");
        choice.GetProperty("finish_reason").GetString().ShouldBe("length");
        var logprobs = choice.GetProperty("logprobs");
        Texts(logprobs.GetProperty("tokens")).ShouldBe(["a", "bytes:\\xc3", "bytes:\\xa9"]);
        logprobs.GetProperty("token_logprobs").EnumerateArray().Select(value => value.ValueKind == JsonValueKind.Null ? (double?)null : value.GetDouble()).ShouldBe([null, -0.25, -0.5]);
        logprobs.GetProperty("top_logprobs")[0].ValueKind.ShouldBe(JsonValueKind.Null);
        logprobs.GetProperty("top_logprobs")[1].EnumerateObject().Count().ShouldBe(2);
        logprobs.GetProperty("text_offset").EnumerateArray().Select(value => value.GetInt32()).ShouldBe([0, 1, 1]);
        answer.GetProperty("usage").GetProperty("completion_tokens").GetInt32().ShouldBe(0);
        await Eventually.TrueAsync(() => server.Generator.Running == 0);
    }

    [Fact]
    public async Task An_echo_goes_before_the_continuation_with_one_row_of_places()
    {
        await using var server = await TestServer.StartAsync();

        var answer = await Post(server, """{"model":"gyre","prompt":"ab","echo":true,"logprobs":0,"max_tokens":5}""");

        var choice = answer.GetProperty("choices")[0];
        choice.GetProperty("text").GetString().ShouldBe("abAB");
        Texts(choice.GetProperty("logprobs").GetProperty("tokens")).ShouldBe(["a", "b", "A", "B", "<end>"]);
        choice.GetProperty("logprobs").GetProperty("text_offset").EnumerateArray().Select(value => value.GetInt32()).ShouldBe([0, 1, 2, 3, 4]);
    }

    [Fact]
    public async Task Scoring_tools_find_one_entry_for_the_generated_token_even_when_it_ends_the_answer()
    {
        await using var server = await TestServer.StartAsync();
        server.Generator.Answer = "";

        var answer = await Post(server, """{"model":"gyre","prompt":"ab","echo":true,"logprobs":1,"max_tokens":1}""");

        var logprobs = answer.GetProperty("choices")[0].GetProperty("logprobs").GetProperty("token_logprobs");
        logprobs.GetArrayLength().ShouldBe(3);
        logprobs[1].GetDouble().ShouldBe(-0.25);
    }

    [Fact]
    public async Task A_stream_says_the_same_as_the_whole_answer()
    {
        await using var server = await TestServer.StartAsync();

        var response = await server.Http.SendJsonAsync("v1/completions", """{"model":"gyre","prompt":"ab","echo":true,"logprobs":1,"stream":true,"stream_options":{"include_usage":true}}""");

        var events = (await response.Content.ReadAsStringAsync()).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        events[^1].ShouldBe("data: [DONE]");
        var chunks = events[..^1].Select(data => JsonDocument.Parse(data["data: ".Length..]).RootElement).ToList();
        string.Concat(chunks.SelectMany(chunk => chunk.GetProperty("choices").EnumerateArray()).Select(choice => choice.GetProperty("text").GetString())).ShouldBe("abAB");
        chunks.SelectMany(chunk => chunk.GetProperty("choices").EnumerateArray())
            .Where(choice => choice.GetProperty("logprobs").ValueKind == JsonValueKind.Object)
            .SelectMany(choice => choice.GetProperty("logprobs").GetProperty("text_offset").EnumerateArray())
            .Select(value => value.GetInt32()).ShouldBe([0, 1, 2, 3, 4]);
        chunks[^1].GetProperty("usage").GetProperty("completion_tokens").GetInt32().ShouldBe(3);
        chunks[..^1].ShouldAllBe(chunk => chunk.GetProperty("usage").ValueKind == JsonValueKind.Null);
    }

    [Theory]
    [InlineData("""{"model":"gyre","prompt":"a","suffix":"b"}""", "suffix", "SRV0111")]
    [InlineData("""{"model":"gyre","prompt":"a","best_of":3}""", "best_of", "SRV0114")]
    [InlineData("""{"model":"gyre","prompt":"a","max_tokens":0}""", "max_tokens", "SRV0115")]
    [InlineData("""{"model":"gyre","prompt":[]}""", "prompt", "SRV0114")]
    [InlineData("""{"model":"gyre","prompt":[1,"a"]}""", "prompt[1]", "SRV0114")]
    [InlineData("""{"model":"gyre","prompt":[[257]]}""", "prompt[0][0]", "SRV0114")]
    [InlineData("""{"model":"gyre","prompt":{"a":1}}""", "prompt", "SRV0113")]
    [InlineData("""{"model":"gyre","prompt":["a","b"],"n":100}""", "n", "SRV0114")]
    public async Task A_bad_request_is_refused_by_name(string body, string param, string code)
    {
        await using var server = await TestServer.StartAsync();

        var response = await server.Http.SendJsonAsync("v1/completions", body);

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var error = await response.ErrorAsync();
        error.Param.ShouldBe(param);
        error.Code.ShouldBe(code);
    }

    private static async Task<JsonElement> Post(TestServer server, string body)
    {
        var response = await server.Http.SendJsonAsync("v1/completions", body);
        response.StatusCode.ShouldBe(HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
        return await response.JsonAsync();
    }

    private static IEnumerable<string?> Texts(JsonElement list) => list.EnumerateArray().Select(item => item.GetString());
}
