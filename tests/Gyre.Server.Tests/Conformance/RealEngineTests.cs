using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text;
using System.Text.Json;
using Gyre.Models;
using Gyre.Models.Catalog;
using Gyre.Models.Generation;
using Gyre.Server.Tests.Fakes;
using Gyre.Tensors.Threading;
using Gyre.TestSupport;
using OpenAI;
using OpenAI.Chat;

namespace Gyre.Server.Tests.Conformance;

/// <summary>
/// The scenarios against the real engine with the model that comes with Gyre, where they do not depend on what a scripted
/// model says: forms, ids, usage, stops, log-probabilities, streams that equal whole answers, schemas and calls.
/// </summary>
public sealed partial class RealEngineTests : IAsyncLifetime
{
    private const string Question = "Is the linen shirt machine washable?";
    private const string Parameters = """{"type":"object","properties":{"city":{"type":"string","enum":["Oslo","Rome"]},"days":{"type":"integer","minimum":1,"maximum":7}},"required":["city","days"],"additionalProperties":false}""";
    private const string NoParameters = """{"type":"object","properties":{},"additionalProperties":false}""";
    private const string Shop = """{"type":"object","properties":{"colour":{"type":"string","enum":["red","blue"]},"price":{"type":"integer","minimum":0,"maximum":99}},"required":["colour","price"],"additionalProperties":false}""";

    /// <summary>Scenarios that need more than an engine that obeys, each with its reason.</summary>
    private static readonly Dictionary<string, string> Elsewhere = new(StringComparer.Ordinal)
    {
        ["tools-parallel"] = "that a model chooses to call twice is the model's doing; that two calls are allowed and told apart is tested with the scripted one",
        ["embeddings"] = "a model that continues text makes no vectors; EncoderServingTests asks a real one that does",
        ["error-full-queue"] = "RealModelTests fills the real engine's queue",
    };

    private readonly Dictionary<string, Func<Task>> _scenarios;
    private readonly ThreadTeam _team = new(2);
    private LanguageModel? _model;
    private TestServer? _server;

    public RealEngineTests()
    {
        _scenarios = new Dictionary<string, Func<Task>>(StringComparer.Ordinal)
        {
            ["chat"] = ChatWholeAsync,
            ["chat-stream"] = ChatStreamAsync,
            ["chat-n"] = ManyAsync,
            ["chat-stop"] = StopAsync,
            ["chat-seed"] = SeedAsync,
            ["chat-logprobs"] = LogprobsAsync,
            ["chat-abort"] = AbortAsync,
            ["tools-auto"] = AutoAsync,
            ["tools-none"] = NoneAsync,
            ["tools-required"] = RequiredAsync,
            ["tools-named"] = async () => CheckCall((await ChatAsync(Question, Tools(ChatToolChoice.CreateFunctionChoice("get_weather")))).ToolCalls.ShouldHaveSingleItem(), "get_weather"),
            ["tools-stream"] = ToolStreamAsync,
            ["tools-round-trip"] = RoundTripAsync,
            ["response-format-json-object"] = async () => (await PostAsync("v1/chat/completions", $$"""{"model":"gyre","messages":[{"role":"user","content":"Go."}],"temperature":0,"response_format":{"type":"json_object"},"max_tokens":200}""")).GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString().ShouldNotBeNull().ShouldStartWith("{"),
            ["response-format-json-schema"] = async () => CheckShop((await ChatAsync(Question, Format())).Content[0].Text),
            ["response-format-json-schema-stream"] = async () => (await StreamAsync(Question, Format(0))).Text.ShouldBe((await ChatAsync(Question, Format(0))).Content[0].Text),
            ["response-format-refused"] = async () => (await RefusedAsync(() => ChatAsync("x", new ChatCompletionOptions { ResponseFormat = ChatResponseFormat.CreateJsonSchemaFormat("shop", BinaryData.FromString("""{"type":"string","unknownKeyword":1}""")) }), 400)).ShouldContain("unknownKeyword"),
            ["completions-echo"] = EchoAsync,
            ["models"] = async () => (await Client().GetOpenAIModelClient().GetModelsAsync()).Value.Select(model => model.Id).ShouldBe(["gyre"]),
            ["responses"] = ResponsesAsync,
            ["responses-stream"] = ResponsesStreamAsync,
            ["responses-tools"] = ResponsesToolsAsync,
            ["responses-json-schema"] = ResponsesFormatAsync,
            ["responses-get"] = ResponsesGetAsync,
            ["responses-previous"] = ResponsesPreviousAsync,
            ["responses-input-items"] = ResponsesItemsAsync,
            ["responses-background"] = ResponsesBackgroundAsync,
            ["responses-cancel"] = ResponsesCancelAsync,
            ["responses-delete"] = ResponsesDeleteAsync,
            ["error-bad-request"] = async () => (await RefusedAsync(() => ChatAsync("x", new ChatCompletionOptions { Temperature = 3 }), 400)).ShouldContain("temperature"),
            ["error-unknown-model"] = async () => (await RefusedAsync(async () => (await Client().GetChatClient("none").CompleteChatAsync(new UserChatMessage("x"))).Value, 404)).ShouldContain("none"),
        };
    }

    public static TheoryData<string> Names => [.. ConformanceServer.Names.Except(Elsewhere.Keys, StringComparer.Ordinal)];

    public async ValueTask InitializeAsync()
    {
        var loader = new ModelLoader(_team, TimeProvider.System, new TextGeneratorOptions());
        var folder = ModelFolder.Open(Path.Combine(TestData.RepositoryRoot, "models", "default"));
        _server = await TestServer.StartAsync(options => options with
        {
            OpenModel = async (_, cancellationToken) => _model = await loader.LoadAsync(folder, "default", cancellationToken),
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _team.Dispose();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public Task The_scenario_passes(string name) => _scenarios[name]();

    [Fact]
    public void Every_scenario_is_run_or_says_why_not() => _scenarios.Keys.Concat(Elsewhere.Keys).Order(StringComparer.Ordinal).ShouldBe(ConformanceServer.Names.Order(StringComparer.Ordinal));

    private static ChatCompletionOptions Greedy(int maxTokens = 40) => new() { Temperature = 0, MaxOutputTokenCount = maxTokens };

    private static ChatCompletionOptions Tools(ChatToolChoice? choice = null) => new()
    {
        Temperature = 0,
        MaxOutputTokenCount = 150,
        Tools =
        {
            ChatTool.CreateFunctionTool("get_weather", "The weather of a city.", BinaryData.FromString(Parameters)),
            ChatTool.CreateFunctionTool("get_time", "The time.", BinaryData.FromString(NoParameters)),
        },
        ToolChoice = choice,
        AllowParallelToolCalls = false,
    };

    private static ChatCompletionOptions Format(float temperature = 1) =>
        new() { Temperature = temperature, MaxOutputTokenCount = 150, ResponseFormat = ChatResponseFormat.CreateJsonSchemaFormat("shop", BinaryData.FromString(Shop), jsonSchemaIsStrict: true) };

    private static void CheckShop(string text)
    {
        using var value = JsonDocument.Parse(text);
        value.RootElement.EnumerateObject().Select(field => field.Name).ShouldBe(["colour", "price"]);
        value.RootElement.GetProperty("colour").GetString().ShouldBeOneOf("red", "blue");
        value.RootElement.GetProperty("price").GetInt32().ShouldBeInRange(0, 99);
    }

    private static void CheckCall(ChatToolCall call, string? name = null)
    {
        call.Id.ShouldStartWith("call_");
        CheckCall(call.FunctionName, call.FunctionArguments.ToString(), name);
    }

    private static void CheckCall(string called, string arguments, string? name)
    {
        called.ShouldBe(name ?? called);
        using var value = JsonDocument.Parse(arguments);
        if (called == "get_weather")
        {
            value.RootElement.GetProperty("city").GetString().ShouldBeOneOf("Oslo", "Rome");
            value.RootElement.GetProperty("days").GetInt32().ShouldBeInRange(1, 7);
        }
        else
        {
            called.ShouldBe("get_time");
            value.RootElement.EnumerateObject().ShouldBeEmpty();
        }
    }

    private static async Task<string> RefusedAsync<T>(Func<Task<T>> call, int status)
    {
        var error = await Should.ThrowAsync<ClientResultException>(async () => await call());
        error.Status.ShouldBe(status);
        return error.Message;
    }

    private OpenAIClient Client() =>
        new(new ApiKeyCredential("unused"), new OpenAIClientOptions { Endpoint = new Uri(_server!.Host.Address, "v1"), RetryPolicy = new ClientRetryPolicy(0) }); // Set before any test.

    private async Task<ChatCompletion> ChatAsync(string text, ChatCompletionOptions? options = null) =>
        (await Client().GetChatClient("gyre").CompleteChatAsync([new UserChatMessage(text)], options)).Value;

    private async Task<JsonElement> PostAsync(string path, string json) => await (await _server!.Http.SendJsonAsync(path, json)).JsonAsync(); // Set before any test.

    private async Task<(string Text, ChatTokenUsage? Usage, ChatFinishReason? Reason)> StreamAsync(string text, ChatCompletionOptions options)
    {
        var told = new StringBuilder();
        ChatTokenUsage? usage = null;
        ChatFinishReason? reason = null;
        await foreach (var update in Client().GetChatClient("gyre").CompleteChatStreamingAsync([new UserChatMessage(text)], options))
        {
            told.Append(string.Concat(update.ContentUpdate.Select(part => part.Text)));
            usage = update.Usage ?? usage;
            reason = update.FinishReason ?? reason;
        }

        return (told.ToString(), usage, reason);
    }

    private async Task ChatWholeAsync()
    {
        var (first, again, cut) = (await ChatAsync(Question, Greedy(200)), await ChatAsync(Question, Greedy(200)), await ChatAsync(Question, Greedy(2)));

        first.Content[0].Text.ShouldNotBeEmpty();
        first.FinishReason.ShouldBe(ChatFinishReason.Stop);
        first.Model.ShouldBe("gyre");
        first.Id.ShouldStartWith("chatcmpl");
        again.Id.ShouldNotBe(first.Id);
        again.Content[0].Text.ShouldBe(first.Content[0].Text);
        first.Usage.TotalTokenCount.ShouldBe(first.Usage.InputTokenCount + first.Usage.OutputTokenCount);
        again.Usage.OutputTokenCount.ShouldBe(first.Usage.OutputTokenCount);
        (cut.FinishReason, cut.Usage.OutputTokenCount).ShouldBe((ChatFinishReason.Length, 2));
        first.Content[0].Text.ShouldStartWith(cut.Content[0].Text);
    }

    private async Task ChatStreamAsync()
    {
        var whole = await ChatAsync(Question, Greedy(200));
        var streamed = await StreamAsync(Question, Greedy(200));

        streamed.Text.ShouldBe(whole.Content[0].Text);
        streamed.Reason.ShouldBe(whole.FinishReason);
        streamed.Usage.ShouldNotBeNull().OutputTokenCount.ShouldBe(whole.Usage.OutputTokenCount);
        streamed.Usage.InputTokenCount.ShouldBe(whole.Usage.InputTokenCount);
    }

    private async Task ManyAsync()
    {
        var alone = (await ChatAsync(Question, Greedy())).Content[0].Text;
        var answer = await PostAsync("v1/chat/completions", $$"""{"model":"gyre","messages":[{"role":"user","content":"{{Question}}"}],"temperature":0,"max_tokens":40,"n":3}""");

        answer.GetProperty("choices").EnumerateArray().Select(choice => (choice.GetProperty("index").GetInt32(), choice.GetProperty("message").GetProperty("content").GetString()))
            .ShouldBe([(0, alone), (1, alone), (2, alone)]);
    }

    private async Task StopAsync()
    {
        var free = (await ChatAsync(Question, Greedy())).Content[0].Text;
        var stop = free.Substring(free.Length / 2, 3);
        var options = Greedy();
        options.StopSequences.Add(stop);

        var stopped = await ChatAsync(Question, options);

        stopped.Content[0].Text.ShouldBe(free[..free.IndexOf(stop, StringComparison.Ordinal)]);
        stopped.FinishReason.ShouldBe(ChatFinishReason.Stop);
    }

    private async Task SeedAsync()
    {
        var answers = new List<string>();
        foreach (var seed in (long[])[7, 7, 8, 9, 10, 11])
        {
#pragma warning disable OPENAI001 // The client marks the seed as experimental.
            answers.Add((await ChatAsync("Hello!", new ChatCompletionOptions { Seed = seed, Temperature = 1.5f, MaxOutputTokenCount = 40 })).Content[0].Text);
#pragma warning restore OPENAI001
        }

        answers[1].ShouldBe(answers[0]);
        answers.Distinct(StringComparer.Ordinal).Count().ShouldBeGreaterThan(1);
    }

    private async Task LogprobsAsync()
    {
        var answer = await ChatAsync(Question, new ChatCompletionOptions { Temperature = 0, MaxOutputTokenCount = 30, IncludeLogProbabilities = true, TopLogProbabilityCount = 3 });

        var tokens = answer.ContentTokenLogProbabilities;
        string.Concat(tokens.Select(token => token.Token)).ShouldBe(answer.Content[0].Text);
        tokens.Count.ShouldBeInRange(answer.Usage.OutputTokenCount - 1, answer.Usage.OutputTokenCount);
        foreach (var token in tokens)
        {
            token.LogProbability.ShouldBeLessThanOrEqualTo(0);
            token.TopLogProbabilities.Count.ShouldBe(3);
            token.TopLogProbabilities[0].Token.ShouldBe(token.Token, "the most likely token is taken");
            token.TopLogProbabilities[0].LogProbability.ShouldBe(token.LogProbability);
            token.TopLogProbabilities.Select(top => top.LogProbability).ShouldBe(token.TopLogProbabilities.Select(top => top.LogProbability).OrderDescending());
            token.TopLogProbabilities.Sum(top => Math.Exp(top.LogProbability)).ShouldBeLessThanOrEqualTo(1 + 1e-5);
        }
    }

    private async Task AbortAsync()
    {
        var whole = (await ChatAsync(Question, Greedy())).Content[0].Text;
        using var cancel = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/chat/completions")
        {
            Content = new StringContent("""{"model":"gyre","messages":[{"role":"user","content":"Go."}],"stream":true,"ignore_eos":true}""", Encoding.UTF8, "application/json"),
        };
        using (var response = await _server!.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel.Token)) // Set before any test.
        {
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancel.Token));
            (await reader.ReadLineAsync(cancel.Token)).ShouldNotBeNull().ShouldStartWith("data: ");
        }

        await Eventually.TrueAsync(() => _model!.IsIdle); // Loaded by the first answer.
        (await ChatAsync(Question, Greedy())).Content[0].Text.ShouldBe(whole);
    }

    private async Task AutoAsync()
    {
        foreach (var text in (string[])[Question, "What is the weather in Oslo?", "Hello!"])
        {
            var answer = await ChatAsync(text, Tools());
            (answer.ToolCalls.Count == 0 ? answer.Content[0].Text.Length : answer.ToolCalls.Count).ShouldBeGreaterThan(0);
            foreach (var call in answer.ToolCalls)
            {
                answer.FinishReason.ShouldBe(ChatFinishReason.ToolCalls);
                CheckCall(call);
            }
        }
    }

    private async Task NoneAsync()
    {
        var answer = await ChatAsync(Question, Tools(ChatToolChoice.CreateNoneChoice()));

        answer.ToolCalls.ShouldBeEmpty();
        answer.Content[0].Text.ShouldBe((await ChatAsync(Question, Greedy(150))).Content[0].Text, "the model is not told of them");
    }

    private async Task RequiredAsync()
    {
        var answer = await ChatAsync(Question, Tools(ChatToolChoice.CreateRequiredChoice()));

        answer.FinishReason.ShouldBe(ChatFinishReason.ToolCalls);
        CheckCall(answer.ToolCalls.ShouldHaveSingleItem());
    }

    private async Task ToolStreamAsync()
    {
        var whole = (await ChatAsync(Question, Tools(ChatToolChoice.CreateFunctionChoice("get_weather")))).ToolCalls.ShouldHaveSingleItem();
        var (name, id, arguments, pieces) = ("", "", new StringBuilder(), 0);
        await foreach (var update in Client().GetChatClient("gyre").CompleteChatStreamingAsync([new UserChatMessage(Question)], Tools(ChatToolChoice.CreateFunctionChoice("get_weather"))))
        {
            foreach (var gained in update.ToolCallUpdates)
            {
                (name, id) = (gained.FunctionName ?? name, gained.ToolCallId ?? id);
                arguments.Append(gained.FunctionArgumentsUpdate);
                pieces++;
            }
        }

        pieces.ShouldBeGreaterThan(5);
        id.ShouldStartWith("call_");
        arguments.ToString().ShouldBe(whole.FunctionArguments.ToString());
        CheckCall(name, arguments.ToString(), "get_weather");
    }

    private async Task RoundTripAsync()
    {
        var first = await ChatAsync("Weather?", Tools(ChatToolChoice.CreateRequiredChoice()));
        var second = (await Client().GetChatClient("gyre").CompleteChatAsync(
            [new UserChatMessage("Weather?"), new AssistantChatMessage(first), new ToolChatMessage(first.ToolCalls[0].Id, "rain"), new UserChatMessage("Thanks.")],
            Tools(ChatToolChoice.CreateNoneChoice()))).Value;

        second.Content[0].Text.ShouldNotBeEmpty();
        second.Usage.InputTokenCount.ShouldBeGreaterThan((await ChatAsync("Thanks.", Greedy(1))).Usage.InputTokenCount);
    }

    private async Task EchoAsync()
    {
        // The client has no typed form of completions any more.
        var answer = await PostAsync("v1/completions", """{"model":"gyre","prompt":"The linen shirt","max_tokens":4,"temperature":0,"echo":true,"logprobs":2}""");
        var choice = answer.GetProperty("choices")[0];
        var logprobs = choice.GetProperty("logprobs");
        var scores = logprobs.GetProperty("token_logprobs").EnumerateArray().ToList();

        choice.GetProperty("text").GetString().ShouldNotBeNull().ShouldStartWith("The linen shirt");
        scores.Count.ShouldBe(answer.GetProperty("usage").GetProperty("total_tokens").GetInt32());
        scores[0].ValueKind.ShouldBe(JsonValueKind.Null);
        scores.Skip(1).ShouldAllBe(score => score.GetDouble() <= 0);
        string.Concat(logprobs.GetProperty("tokens").EnumerateArray().Select(token => token.GetString())).ShouldStartWith(choice.GetProperty("text").GetString()!); // Read just before.
    }
}
