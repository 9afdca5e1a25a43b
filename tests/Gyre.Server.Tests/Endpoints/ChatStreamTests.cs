using System.Net;
using System.Text.RegularExpressions;
using Gyre.Server.Tests.Fakes;

namespace Gyre.Server.Tests.Endpoints;

/// <summary>The bytes of a chat stream.</summary>
public partial class ChatStreamTests
{
    [Fact]
    public async Task A_stream_is_role_first_then_text_then_the_reason_then_done()
    {
        await using var server = await TestServer.StartAsync();

        var response = await server.Http.SendJsonAsync("v1/chat/completions", """{"model":"gyre","stream":true,"messages":[{"role":"user","content":"hé"}]}""");

        response.Content.Headers.ContentType!.ToString().ShouldBe("text/event-stream");
        response.Headers.CacheControl!.NoCache.ShouldBeTrue();
        const string Head = """{"id":"ID","object":"chat.completion.chunk","created":TIME,"model":"gyre","service_tier":"default","system_fingerprint":"fp_aaaaaaaaaaaa","choices":[{"index":0,"delta":""";
        Normal(await response.Content.ReadAsStringAsync()).ShouldBe(
            $"data: {Head}" + """{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}]}""" + "\n\n" +
            $"data: {Head}" + """{"content":"H"},"logprobs":null,"finish_reason":null}]}""" + "\n\n" +
            $"data: {Head}" + """{"content":"É"},"logprobs":null,"finish_reason":null}]}""" + "\n\n" +
            $"data: {Head}" + """{},"logprobs":null,"finish_reason":"stop"}]}""" + "\n\n" +
            "data: [DONE]\n\n");
    }

    [Fact]
    public async Task Usage_comes_in_one_more_chunk_and_is_null_before()
    {
        await using var server = await TestServer.StartAsync();

        var response = await server.Http.SendJsonAsync(
            "v1/chat/completions",
            """{"model":"gyre","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"hi"}]}""");

        var events = Normal(await response.Content.ReadAsStringAsync()).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        events[..^2].ShouldAllBe(data => data.EndsWith("}],\"usage\":null}", StringComparison.Ordinal));
        events[^2].ShouldEndWith(
            """
            "choices":[],"usage":{"prompt_tokens":2,"completion_tokens":3,"total_tokens":5,"prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0,"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}}}
            """);
        events[^1].ShouldBe("data: [DONE]");
    }

    [Fact]
    public async Task Several_choices_each_have_their_role_and_reason()
    {
        await using var server = await TestServer.StartAsync();

        var response = await server.Http.SendJsonAsync("v1/chat/completions", """{"model":"gyre","stream":true,"n":3,"messages":[{"role":"user","content":"abc"}]}""");

        var text = await response.Content.ReadAsStringAsync();
        for (var choice = 0; choice < 3; choice++)
        {
            var own = text.Split("\n\n").Where(data => data.Contains($"\"index\":{choice}", StringComparison.Ordinal)).ToList();
            own[0].ShouldContain("\"role\":\"assistant\"");
            own[^1].ShouldContain("\"finish_reason\":\"stop\"");
            own.Count.ShouldBe(5);
        }
    }

    [Fact]
    public async Task A_failure_in_mid_stream_is_the_last_event()
    {
        await using var server = await TestServer.StartAsync();
        server.Generator.FailsAfter = 1;

        var response = await server.Http.SendJsonAsync("v1/chat/completions", """{"model":"gyre","stream":true,"messages":[{"role":"user","content":"hi"}]}""");

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        var events = (await response.Content.ReadAsStringAsync()).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        events[^1].ShouldStartWith("""data: {"error":{"message":""");
        events[^1].ShouldEndWith("""
            "type":"server_error","param":null,"code":"RUN0304"}}
            """);
    }

    [Fact]
    public async Task A_silent_stream_is_kept_warm_by_comments()
    {
        await using var server = await TestServer.StartAsync(options => options with { KeepAliveInterval = TimeSpan.FromMilliseconds(100) });
        server.Generator.PromptDelay = TimeSpan.FromMilliseconds(550);

        var response = await server.Http.SendJsonAsync("v1/chat/completions", """{"model":"gyre","stream":true,"messages":[{"role":"user","content":"hi"}]}""");

        var text = await response.Content.ReadAsStringAsync();
        text.ShouldStartWith(": keep-alive\n\n: keep-alive\n\n");
        text.ShouldEndWith("data: [DONE]\n\n");
    }

    [Fact]
    public async Task A_request_refused_before_the_first_token_has_its_status()
    {
        await using var server = await TestServer.StartAsync();
        server.Generator.MaxPending = 0;

        var response = await server.Http.SendJsonAsync("v1/chat/completions", """{"model":"gyre","stream":true,"messages":[{"role":"user","content":"hi"}]}""");

        response.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        response.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(1));
        (await response.ErrorAsync()).Type.ShouldBe("rate_limit_error");
    }

    [Fact]
    public async Task A_reader_that_does_not_read_holds_up_nobody_else()
    {
        await using var server = await TestServer.StartAsync();
        server.Generator.Answer = new string('x', 200_000);
        using var slow = await server.Http.SendJsonAsync("v1/chat/completions", """{"model":"gyre","stream":true,"max_tokens":200000,"messages":[{"role":"user","content":"hi"}]}""", streams: true);
        await Eventually.TrueAsync(() => server.Generator.Running == 1);
        await Task.Delay(200);

        server.Generator.Answer = "quick";
        var quick = await server.Http.SendJsonAsync("v1/chat/completions", """{"model":"gyre","messages":[{"role":"user","content":"hi"}]}""");

        quick.StatusCode.ShouldBe(HttpStatusCode.OK);
        server.Generator.Running.ShouldBe(1);
        slow.Dispose();
        await Eventually.TrueAsync(() => server.Generator.Running == 0);
    }

    [Fact]
    public async Task A_request_that_takes_too_long_is_ended()
    {
        await using var server = await TestServer.StartAsync(options => options with { RequestTimeout = TimeSpan.FromMilliseconds(200) });
        server.Generator.PromptDelay = TimeSpan.FromSeconds(20);

        var response = await server.Http.SendJsonAsync("v1/chat/completions", """{"model":"gyre","messages":[{"role":"user","content":"hi"}]}""");

        response.StatusCode.ShouldBe(HttpStatusCode.GatewayTimeout);
        (await response.ErrorAsync()).Code.ShouldBe("SRV0130");
        await Eventually.TrueAsync(() => server.Generator.Running == 0);
    }

    private static string Normal(string text) => Time().Replace(Id().Replace(text, "\"id\":\"ID\""), "\"created\":TIME");

    [GeneratedRegex("\"id\":\"chatcmpl_[0-9a-f]{32}\"", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Id();

    [GeneratedRegex("\"created\":[0-9]{10}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Time();
}
