using System.Net;
using System.Text.Json;
using Gyre.Observability;
using Gyre.Server.Tests.Fakes;
using Microsoft.Extensions.DependencyInjection;

namespace Gyre.Server.Tests.Endpoints;

public class TracesTests
{
    private const string Chat = """{"model":"gyre","messages":[{"role":"user","content":"secret plan"}]}""";

    [Fact]
    public async Task Every_request_leaves_a_trace_under_its_request_id()
    {
        await using var server = await TestServer.StartAsync();
        var response = await server.Http.SendJsonAsync("v1/chat/completions", Chat);
        var id = response.Headers.GetValues("x-request-id").Single();
        await WaitAsync(server, 1);

        var trace = await (await server.Http.GetAsync($"api/traces/{id}")).JsonAsync();

        trace.GetProperty("operation").GetString().ShouldBe("chat");
        trace.GetProperty("route").GetString().ShouldBe("/v1/chat/completions");
        trace.GetProperty("status").GetString().ShouldBe("ok");
        trace.GetProperty("http_status").GetInt32().ShouldBe(200);
        trace.GetProperty("input_tokens").GetInt32().ShouldBe(11);
        trace.GetProperty("output_tokens").GetInt32().ShouldBe(12);
        trace.GetProperty("time_to_first_token_ms").GetDouble().ShouldBeGreaterThan(0);
        trace.GetProperty("finish_reasons")[0].GetString().ShouldBe("stop");
        trace.GetProperty("input")[0].GetProperty("parts")[0].GetProperty("content").GetString().ShouldBe("secret plan");
        trace.GetProperty("output")[0].GetProperty("parts")[0].GetProperty("content").GetString().ShouldBe("SECRET PLAN");
        var spans = trace.GetProperty("spans").EnumerateArray().ToList();
        spans.Select(span => span.GetProperty("name").GetString()).ShouldBe(["chat gyre", "queue", "prompt", "generation"]);
        spans.Select(span => span.GetProperty("duration_ms").GetDouble()).Skip(1).ShouldBe([1, 2, 3]);
        spans[0].GetProperty("attributes").GetProperty("gen_ai.request.model").GetString().ShouldBe("gyre");
    }

    [Fact]
    public async Task Refused_and_abandoned_requests_are_traced_too()
    {
        await using var server = await TestServer.StartAsync();
        await server.Http.SendJsonAsync("v1/chat/completions", """{"model":"none","messages":[{"role":"user","content":"x"}]}""");
        server.Generator.Delay = TimeSpan.FromMilliseconds(20);
        server.Generator.Answer = new string('x', 1000);
        var streaming = await server.Http.SendJsonAsync("v1/completions", """{"model":"gyre","prompt":"x","max_tokens":1000,"stream":true}""", streams: true);
        await streaming.Content.ReadAsStream().ReadExactlyAsync(new byte[10]);
        streaming.Dispose();
        await Eventually.TrueAsync(() => server.Generator.Running == 0);
        await WaitAsync(server, 2);

        var errors = await ListAsync(server, "?status=error");
        errors.GetProperty("total").GetInt32().ShouldBe(1, errors.ToString());
        errors.GetProperty("data")[0].GetProperty("error_type").GetString().ShouldBe("model_not_found");
        errors.GetProperty("data")[0].GetProperty("model").GetString().ShouldBe("none");
        errors.GetProperty("data")[0].GetProperty("http_status").GetInt32().ShouldBe(404);
        await Eventually.TrueAsync(() => ListAsync(server, "?status=cancelled").GetAwaiter().GetResult().GetProperty("total").GetInt32() == 1);
        var left = (await ListAsync(server, "?status=cancelled")).GetProperty("data")[0];
        left.GetProperty("operation").GetString().ShouldBe("text_completion");
        left.GetProperty("output_tokens").GetInt32().ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Messages_are_not_kept_where_the_settings_say_so()
    {
        await using var server = await TestServer.StartAsync(options => options with { StoresContent = false });
        await server.Http.SendJsonAsync("v1/chat/completions", Chat);
        await WaitAsync(server, 1);

        var trace = (await ListAsync(server, "")).GetProperty("data")[0];
        var detail = await (await server.Http.GetAsync($"api/traces/{trace.GetProperty("id").GetString()}")).Content.ReadAsStringAsync();

        detail.ShouldNotContain("secret plan", Case.Insensitive);
        foreach (var file in Directory.GetFiles(server.Folder, "gyre.db*"))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stream, System.Text.Encoding.Latin1);
            (await reader.ReadToEndAsync()).ShouldNotContain("secret plan", Case.Insensitive);
        }
    }

    [Fact]
    public async Task Credentials_never_reach_a_trace()
    {
        await using var server = await TestServer.StartAsync();
        server.Http.DefaultRequestHeaders.Authorization = new("Bearer", "sk-very-secret");
        var response = await server.Http.SendJsonAsync("v1/chat/completions", Chat);
        await WaitAsync(server, 1);

        (await server.Http.GetStringAsync($"api/traces/{response.Headers.GetValues("x-request-id").Single()}")).ShouldNotContain("sk-very-secret");
    }

    [Fact]
    public async Task Traces_are_there_after_the_server_starts_again()
    {
        var folder = Directory.CreateTempSubdirectory("gyre-server-").FullName;
        var copy = folder + "-copy";
        await using (var server = await TestServer.StartAsync(folder: folder))
        {
            await server.Http.SendJsonAsync("v1/chat/completions", Chat);
            await WaitAsync(server, 1);

            // The files as a killed process would leave them: nothing was closed.
            Directory.CreateDirectory(copy);
            foreach (var file in Directory.GetFiles(folder, "gyre.db*"))
            {
                File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
            }
        }

        await using var again = await TestServer.StartAsync(folder: copy);
        (await ListAsync(again, "?text=SECRET")).GetProperty("total").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task The_models_are_shown_with_their_state()
    {
        await using var server = await TestServer.StartAsync();
        await server.Host.WaitForDefaultModelAsync();

        var list = await (await server.Http.GetAsync("api/models")).JsonAsync();

        var alias = list.GetProperty("data")[0];
        alias.GetProperty("name").GetString().ShouldBe("gyre");
        alias.GetProperty("is_loaded").GetBoolean().ShouldBeTrue();
        alias.GetProperty("context_length").GetInt32().ShouldBe(FakeGenerator.ContextLength);
        list.GetProperty("fault").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    /// <summary>A trace ends just after its answer, so it is waited for.</summary>
    private static async Task WaitAsync(TestServer server, int count)
    {
        var recorder = server.Host.Services.GetRequiredService<TraceRecorder>();
        await Eventually.TrueAsync(() => recorder.Counts.Written >= count);
    }

    private static async Task<JsonElement> ListAsync(TestServer server, string query)
    {
        var response = await server.Http.GetAsync("api/traces" + query);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        return await response.JsonAsync();
    }
}
