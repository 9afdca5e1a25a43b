using System.Net;
using System.Text.Json;
using Gyre.Server.Tests.Fakes;

namespace Gyre.Server.Tests.Endpoints;

public class GenerateTests
{
    [Theory]
    [InlineData("""{"prompt":"go on"}""")]
    [InlineData("""{"model":"gyre","messages":[{"role":"user","content":"go on"}]}""")]
    public async Task A_prompt_or_a_conversation_gives_a_text(string body)
    {
        await using var server = await TestServer.StartAsync();

        var answer = await (await server.Http.SendJsonAsync("generate", body)).JsonAsync();

        answer.GetProperty("text").GetString().ShouldBe("GO ON");
        answer.GetProperty("model").GetString().ShouldBe("gyre");
        answer.GetProperty("finish_reason").GetString().ShouldBe("stop");
        answer.GetProperty("usage").GetProperty("completion_tokens").GetInt32().ShouldBe(6);
        answer.GetProperty("timings").GetProperty("prompt_ms").GetDouble().ShouldBe(2);
        answer.GetProperty("timings").GetProperty("tokens_per_second").GetDouble().ShouldBe(2000);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stream_is_events_or_lines(bool isLines)
    {
        await using var server = await TestServer.StartAsync();

        var response = await server.Http.SendJsonAsync("generate", $$"""{"prompt":"ab","stream":true,"format":"{{(isLines ? "ndjson" : "sse")}}"}""");

        response.Content.Headers.ContentType!.MediaType.ShouldBe(isLines ? "application/x-ndjson" : "text/event-stream");
        var text = await response.Content.ReadAsStringAsync();
        var parts = isLines
            ? text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            : [.. text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(data => data["data: ".Length..])];
        if (!isLines)
        {
            parts[^1].ShouldBe("[DONE]");
            parts = parts[..^1];
        }

        var values = parts.Select(part => JsonDocument.Parse(part).RootElement).ToList();
        values.Select(value => value.GetProperty("text").GetString()).ShouldBe(["A", "B", ""]);
        values[0].TryGetProperty("usage", out _).ShouldBeFalse();
        values[^1].GetProperty("finish_reason").GetString().ShouldBe("stop");
        values[^1].GetProperty("timings").GetProperty("time_to_first_token_ms").GetDouble().ShouldBeGreaterThan(0);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"prompt":"a","messages":[{"role":"user","content":"b"}]}""")]
    public async Task Either_a_prompt_or_messages_are_needed(string body)
    {
        await using var server = await TestServer.StartAsync();

        var response = await server.Http.SendJsonAsync("generate", body);

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.ErrorAsync()).Code.ShouldBe("SRV0115");
    }
}
