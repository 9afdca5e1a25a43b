using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text;
using System.Text.Json;
using Gyre.Models.Catalog;
using Gyre.Models.Generation;
using Gyre.Observability;
using Gyre.Server.Hosting;
using Gyre.Server.Tests.Fakes;
using Gyre.Tensors.Threading;
using Gyre.TestSupport;
using Microsoft.Extensions.DependencyInjection;
using OpenAI;
using OpenAI.Chat;

namespace Gyre.Server.Tests.Endpoints;

/// <summary>The whole way with real weights: HTTP, template, tokenizer, engine, traces.</summary>
public sealed class RealModelTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gyre-real-").FullName;
    private readonly ThreadTeam _team = new(2);
    private GyreHost? _host;

    public async ValueTask InitializeAsync()
    {
        var path = TestData.Require("models/stories260K/derived-hf");
        var loader = new ModelLoader(_team, TimeProvider.System, new TextGeneratorOptions { MaxActive = 8, MaxWaiting = 16 });
        _host = GyreHost.Create(new GyreHostOptions
        {
            DataFolder = _folder,
            Port = 0,
            DefaultModel = path,
            OpenModel = (model, cancellationToken) => loader.LoadAsync(ModelFolder.Open(model), "stories260K", cancellationToken),
            LogsToConsole = false,
        });
        await _host.StartAsync();
        (await _host.WaitForDefaultModelAsync()).ShouldBeNull();
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.StopAsync();
            await _host.DisposeAsync();
        }

        _team.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Sixteen_clients_at_once_each_get_the_answer_of_a_client_alone()
    {
        var chat = Client();
        var alone = new List<string>();
        for (var client = 0; client < 4; client++)
        {
            alone.Add(await StreamAsync(chat, client));
        }

        var together = await Task.WhenAll(Enumerable.Range(0, 16).Select(client => StreamAsync(chat, client % 4)));

        alone.Distinct(StringComparer.Ordinal).Count().ShouldBe(4);
        for (var client = 0; client < 16; client++)
        {
            together[client].ShouldBe(alone[client % 4]);
        }
    }

    [Fact]
    public async Task More_requests_than_the_queue_holds_are_told_to_wait_and_the_others_are_answered()
    {
        using var http = new HttpClient { BaseAddress = _host!.Address };

        var answers = await Task.WhenAll(Enumerable.Range(0, 48).Select(_ =>
            http.SendJsonAsync("v1/completions", """{"model":"default","prompt":"Once upon a time","max_tokens":100,"temperature":0}""")));

        answers.Count(answer => (int)answer.StatusCode == 429).ShouldBeGreaterThan(0);
        answers.Count(answer => answer.IsSuccessStatusCode).ShouldBeGreaterThanOrEqualTo(24);
        answers.ShouldAllBe(answer => answer.IsSuccessStatusCode || answer.Headers.RetryAfter != null);
    }

    [Fact]
    public async Task A_greedy_answer_equals_the_golden_and_a_scored_text_has_its_log_probabilities()
    {
        using var http = new HttpClient { BaseAddress = _host!.Address };

        var greedy = await (await http.SendJsonAsync("v1/completions", """{"model":"default","prompt":"Once upon a time","max_tokens":20,"temperature":0,"logprobs":0}""")).JsonAsync();
        var text = greedy.GetProperty("choices")[0].GetProperty("text").GetString()!;
        var scored = await (await http.SendJsonAsync("v1/completions", $$"""{"model":"default","prompt":{{JsonSerializer.Serialize("Once upon a time" + text)}},"max_tokens":0,"echo":true,"logprobs":0}""")).JsonAsync();

        text.ShouldStartWith(", there was a little girl named");
        var generated = Logprobs(greedy);
        var echoed = Logprobs(scored);
        echoed[0].ShouldBeNull();
        for (var i = 0; i < generated.Count; i++)
        {
            echoed[echoed.Count - generated.Count + i].ShouldNotBeNull().ShouldBe(generated[i]!.Value, 2e-3);
        }
    }

    [Fact]
    public async Task A_model_that_knows_nothing_of_tools_calls_validly_when_it_must()
    {
        using var http = new HttpClient { BaseAddress = _host!.Address };
        for (var seed = 0; seed < 8; seed++)
        {
            var answer = await (await http.SendJsonAsync(
                "v1/chat/completions",
                """{"model":"default","messages":[{"role":"user","content":"Go"}],"seed":SEED,"max_tokens":150,"tool_choice":"required","parallel_tool_calls":false,"tools":[{"type":"function","function":{"name":"go","parameters":{"type":"object","properties":{"to":{"enum":["up","down"]},"by":{"type":"integer","minimum":1,"maximum":99}},"required":["to","by"],"additionalProperties":false}}}]}""".Replace("SEED", seed.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal))).JsonAsync();

            answer.TryGetProperty("choices", out var choices).ShouldBeTrue(answer.ToString());
            choices[0].GetProperty("finish_reason").GetString().ShouldBe("tool_calls", answer.ToString());
            using var arguments = JsonDocument.Parse(choices[0].GetProperty("message").GetProperty("tool_calls")[0].GetProperty("function").GetProperty("arguments").GetString()!);
            arguments.RootElement.GetProperty("to").GetString().ShouldBeOneOf("up", "down");
            arguments.RootElement.GetProperty("by").GetInt32().ShouldBeInRange(1, 99);
        }
    }

    [Fact]
    public async Task A_trace_accounts_for_the_time_of_its_request()
    {
        using var http = new HttpClient { BaseAddress = _host!.Address };
        var response = await http.SendJsonAsync("generate", """{"prompt":"Once upon a time","max_tokens":50,"temperature":0}""");
        var recorder = _host.Services.GetRequiredService<TraceRecorder>();
        await Eventually.TrueAsync(() => recorder.Counts.Written == 1);

        var trace = (await _host.Services.GetRequiredService<TraceStore>().FindAsync(response.Headers.GetValues("x-request-id").Single())).ShouldNotBeNull();

        trace.Spans.Select(span => span.Name).ShouldBe(["generate_content default", "queue", "prompt", "generation"]);
        trace.Summary.OutputTokens.ShouldBe(50);
        trace.Summary.TimeToFirstToken.ShouldNotBeNull().ShouldBeLessThan(trace.Summary.Duration);
        TimeSpan.FromTicks(trace.Spans.Skip(1).Sum(span => span.Duration.Ticks)).ShouldBeLessThanOrEqualTo(trace.Summary.Duration);
        trace.Spans[^1].Duration.ShouldBeGreaterThan(TimeSpan.Zero);
    }

    [Fact]
    public async Task Clients_that_go_away_in_the_middle_of_a_batch_leave_the_others_their_answers()
    {
        using var http = new HttpClient { BaseAddress = _host!.Address };
        using var hangsUp = new SocketsHttpHandler { MaxResponseDrainSize = 0 }; // By itself it would read what is left.
        using var leaving = new HttpClient(hangsUp) { BaseAddress = _host.Address };
        string[] beginnings = ["Once upon a time", "The dog was", "Lily saw a big", "One day, Tom"];
        var alone = new List<string>();
        foreach (var beginning in beginnings)
        {
            alone.Add(await CompleteAsync(http, beginning));
        }

        var leavers = Enumerable.Range(0, 4).Select(client => LeaveAsync(leaving, beginnings[client], client)).ToList();
        var stayers = await Task.WhenAll(beginnings.Select(beginning => CompleteAsync(http, beginning)));
        await Task.WhenAll(leavers);

        stayers.ShouldBe(alone);
        var store = _host.Services.GetRequiredService<TraceStore>();
        await Eventually.TrueAsync(async () => (await store.ListAsync(new TraceQuery { Status = TraceStatus.Cancelled })).Traces.Count == 4);
        (await store.ListAsync(new TraceQuery { Status = TraceStatus.Cancelled })).Traces.ShouldAllBe(trace => trace.OutputTokens < 400);
    }

    private static async Task<string> CompleteAsync(HttpClient http, string prompt)
    {
        var answer = await (await http.SendJsonAsync("v1/completions", JsonSerializer.Serialize(new { model = "default", prompt, max_tokens = 400, ignore_eos = true, seed = 5 }))).JsonAsync();
        answer.GetProperty("usage").GetProperty("completion_tokens").GetInt32().ShouldBe(400);
        return answer.GetProperty("choices")[0].GetProperty("text").GetString()!;
    }

    /// <summary>Reads some lines of a stream and hangs up.</summary>
    private static async Task LeaveAsync(HttpClient http, string prompt, int lines)
    {
        using var response = await http.SendJsonAsync(
            "v1/completions",
            JsonSerializer.Serialize(new { model = "default", prompt, max_tokens = 400, ignore_eos = true, stream = true }),
            streams: true);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        for (var line = 0; line <= 2 * lines; line++)
        {
            (await reader.ReadLineAsync()).ShouldNotBeNull();
        }
    }

    private static List<double?> Logprobs(JsonElement answer) =>
        [.. answer.GetProperty("choices")[0].GetProperty("logprobs").GetProperty("token_logprobs").EnumerateArray().Select(value => value.ValueKind == JsonValueKind.Null ? (double?)null : value.GetDouble())];

    private static async Task<string> StreamAsync(ChatClient chat, int client)
    {
        string[] beginnings = ["Once upon a time", "The dog was", "Lily saw a big", "One day, Tom"];
        var text = new StringBuilder();
        await foreach (var update in chat.CompleteChatStreamingAsync([new UserChatMessage(beginnings[client])], new ChatCompletionOptions { MaxOutputTokenCount = 60, Temperature = 0 }))
        {
            text.Append(string.Concat(update.ContentUpdate.Select(part => part.Text)));
        }

        return text.ToString();
    }

    private ChatClient Client() =>
        new OpenAIClient(new ApiKeyCredential("unused"), new OpenAIClientOptions { Endpoint = new Uri(_host!.Address, "v1"), RetryPolicy = new ClientRetryPolicy(0) }).GetChatClient("default");
}
