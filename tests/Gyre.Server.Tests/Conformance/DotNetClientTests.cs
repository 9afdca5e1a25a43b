using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text;
using System.Text.Json;
using Gyre.Server.Tests.Fakes;
using OpenAI;
using OpenAI.Chat;

namespace Gyre.Server.Tests.Conformance;

/// <summary>The official .NET client against the scenarios that the JavaScript one runs too.</summary>
public sealed partial class DotNetClientTests : IAsyncLifetime
{
    private const string Parameters = """{"type":"object","properties":{"city":{"type":"string","enum":["Oslo","Rome"]},"days":{"type":"integer","minimum":1,"maximum":7}},"required":["city","days"],"additionalProperties":false}""";
    private const string NoParameters = """{"type":"object","properties":{},"additionalProperties":false}""";
    private const string Shop = """{"type":"object","properties":{"colour":{"type":"string","enum":["red","blue"]},"price":{"type":"integer","minimum":0,"maximum":99}},"required":["colour","price"],"additionalProperties":false}""";

    private readonly Dictionary<string, Func<Task>> _scenarios;
    private TestServer? _server;

    public DotNetClientTests()
    {
        _scenarios = new Dictionary<string, Func<Task>>(StringComparer.Ordinal)
        {
            ["chat"] = async () => (await ChatAsync("hello")).Content[0].Text.ShouldBe("HELLO"),
            ["chat-stream"] = ChatStreamAsync,
            ["chat-n"] = async () => (await RawAsync("n", "3")).GetProperty("choices").EnumerateArray().Select(choice => choice.GetProperty("message").GetProperty("content").GetString()).ShouldBe(["HELLO", "HELLO", "HELLO"]),
            ["chat-stop"] = async () => (await ChatAsync("hello", new ChatCompletionOptions { StopSequences = { "z", "L" } })).Content[0].Text.ShouldBe("HE"),
            ["chat-seed"] = SeedAsync,
            ["chat-logprobs"] = LogprobsAsync,
            ["chat-abort"] = AbortAsync,
            ["tools-auto"] = async () => CheckCall((await ChatAsync("weather?", Tools())).ToolCalls.ShouldHaveSingleItem(), "get_weather"),
            ["tools-none"] = async () => (await ChatAsync("weather?", Tools(ChatToolChoice.CreateNoneChoice()))).ToolCalls.ShouldBeEmpty(),
            ["tools-required"] = RequiredAsync,
            ["tools-named"] = async () => CheckCall((await ChatAsync("free", Tools(ChatToolChoice.CreateFunctionChoice("get_time")))).ToolCalls.ShouldHaveSingleItem(), "get_time"),
            ["tools-parallel"] = async () => (await ChatAsync("weather and time?", Tools())).ToolCalls.Select(call => call.FunctionName).ShouldBe(["get_weather", "get_time"]),
            ["tools-stream"] = ToolStreamAsync,
            ["tools-round-trip"] = RoundTripAsync,
            ["response-format-json-object"] = async () => JsonDocument.Parse((await ChatAsync("free", new ChatCompletionOptions { ResponseFormat = ChatResponseFormat.CreateJsonObjectFormat() })).Content[0].Text).RootElement.ValueKind.ShouldBe(JsonValueKind.Object),
            ["response-format-json-schema"] = async () => CheckShop((await ChatAsync("free", Format())).Content[0].Text),
            ["response-format-json-schema-stream"] = FormatStreamAsync,
            ["response-format-refused"] = async () => (await RefusedAsync(() => ChatAsync("free", new ChatCompletionOptions { ResponseFormat = ChatResponseFormat.CreateJsonSchemaFormat("shop", BinaryData.FromString("""{"type":"string","unknownKeyword":1}""")) }), 400)).ShouldContain("unknownKeyword"),
            ["completions-echo"] = EchoAsync,
            ["embeddings"] = EmbeddingsAsync,
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
            ["error-full-queue"] = async () => await RefusedAsync(() => ChatAsync("full"), 429),
        };
    }

    public static TheoryData<string> Names => [.. ConformanceServer.Names];

    public async ValueTask InitializeAsync() => _server = await ConformanceServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public Task The_scenario_passes(string name) => _scenarios[name]();

    [Fact]
    public void No_scenario_is_left_out() => _scenarios.Keys.ShouldBe(ConformanceServer.Names);

    private static ChatCompletionOptions Tools(ChatToolChoice? choice = null, bool? isParallel = null) => new()
    {
        Tools =
        {
            ChatTool.CreateFunctionTool("get_weather", "The weather of a city.", BinaryData.FromString(Parameters)),
            ChatTool.CreateFunctionTool("get_time", "The time.", BinaryData.FromString(NoParameters)),
        },
        ToolChoice = choice,
        AllowParallelToolCalls = isParallel,
    };

    private static ChatCompletionOptions Format() => new() { ResponseFormat = ChatResponseFormat.CreateJsonSchemaFormat("shop", BinaryData.FromString(Shop), jsonSchemaIsStrict: true) };

    private static void CheckShop(string text)
    {
        using var value = JsonDocument.Parse(text);
        value.RootElement.GetProperty("colour").GetString().ShouldBeOneOf("red", "blue");
        value.RootElement.GetProperty("price").GetInt32().ShouldBeInRange(0, 99);
    }

    private static void CheckCall(ChatToolCall call, string? name = null) => CheckCall(call.FunctionName, call.FunctionArguments.ToString(), name);

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

    private async Task<JsonElement> RawAsync(string name, string value) =>
        await (await _server!.Http.SendJsonAsync("v1/chat/completions", $$"""{"model":"gyre","messages":[{"role":"user","content":"hello"}],"{{name}}":{{value}}}""")).JsonAsync(); // The client has no such option.

    private async Task ChatStreamAsync()
    {
        var text = new StringBuilder();
        ChatTokenUsage? usage = null;
        await foreach (var update in Client().GetChatClient("gyre").CompleteChatStreamingAsync(new UserChatMessage("hällo 🎉")))
        {
            text.Append(string.Concat(update.ContentUpdate.Select(part => part.Text)));
            usage = update.Usage ?? usage;
        }

        text.ToString().ShouldBe("HÄLLO 🎉");
        usage.ShouldNotBeNull().OutputTokenCount.ShouldBe(8);
    }

    private async Task SeedAsync()
    {
        var (first, same, other) = (await AskAsync(7), await AskAsync(7), await AskAsync(8));
        first.ShouldBe(same);
        first.ShouldNotBe(other);

        async Task<string> AskAsync(long seed)
        {
#pragma warning disable OPENAI001 // The client marks the seed as experimental.
            var options = new ChatCompletionOptions { Seed = seed, ResponseFormat = ChatResponseFormat.CreateJsonSchemaFormat("word", BinaryData.FromString("""{"type":"string","pattern":"^[a-z]{12}$"}""")) };
#pragma warning restore OPENAI001
            return (await ChatAsync("free", options)).Content[0].Text;
        }
    }

    private async Task LogprobsAsync()
    {
        var answer = await ChatAsync("ab", new ChatCompletionOptions { IncludeLogProbabilities = true, TopLogProbabilityCount = 2 });

        answer.ContentTokenLogProbabilities.Select(token => token.Token).ShouldBe(["A", "B"]);
        answer.ContentTokenLogProbabilities.ShouldAllBe(token => token.TopLogProbabilities.Count == 2);
    }

    private async Task AbortAsync()
    {
        using var cancel = new CancellationTokenSource();
        await Should.ThrowAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in Client().GetChatClient("gyre").CompleteChatStreamingAsync([new UserChatMessage("slow " + new string('x', 900))], cancellationToken: cancel.Token))
            {
                await cancel.CancelAsync();
            }
        });
        await Eventually.TrueAsync(() => _server!.Generator.Running == 0);
    }

    private async Task RequiredAsync()
    {
        var answer = await ChatAsync("free", Tools(ChatToolChoice.CreateRequiredChoice(), isParallel: false));

        answer.FinishReason.ShouldBe(ChatFinishReason.ToolCalls);
        CheckCall(answer.ToolCalls.ShouldHaveSingleItem());
    }

    private async Task ToolStreamAsync()
    {
        var (name, id, arguments) = ("", "", new StringBuilder());
        ChatFinishReason? finish = null;
        await foreach (var update in Client().GetChatClient("gyre").CompleteChatStreamingAsync([new UserChatMessage("weather?")], Tools()))
        {
            foreach (var gained in update.ToolCallUpdates)
            {
                (name, id) = (gained.FunctionName ?? name, gained.ToolCallId ?? id);
                arguments.Append(gained.FunctionArgumentsUpdate);
            }

            finish = update.FinishReason ?? finish;
        }

        finish.ShouldBe(ChatFinishReason.ToolCalls);
        id.ShouldStartWith("call_");
        CheckCall(name, arguments.ToString(), "get_weather");
    }

    private async Task RoundTripAsync()
    {
        var first = await ChatAsync("weather?", Tools());
        var second = (await Client().GetChatClient("gyre").CompleteChatAsync(
            [new UserChatMessage("weather?"), new AssistantChatMessage(first), new ToolChatMessage(first.ToolCalls[0].Id, "rain"), new UserChatMessage("thanks")],
            Tools())).Value;

        second.Content[0].Text.ShouldBe("THANKS");
    }

    private async Task FormatStreamAsync()
    {
        var text = new StringBuilder();
        await foreach (var update in Client().GetChatClient("gyre").CompleteChatStreamingAsync([new UserChatMessage("free")], Format()))
        {
            text.Append(string.Concat(update.ContentUpdate.Select(part => part.Text)));
        }

        CheckShop(text.ToString());
    }

    private async Task EchoAsync()
    {
        // The client has no typed form of completions any more.
        var answer = await (await _server!.Http.SendJsonAsync("v1/completions", """{"model":"gyre","prompt":"ab","max_tokens":1,"echo":true,"logprobs":1}""")).JsonAsync();

        answer.GetProperty("choices")[0].GetProperty("text").GetString().ShouldStartWith("ab");
        answer.GetProperty("choices")[0].GetProperty("logprobs").GetProperty("token_logprobs").GetArrayLength().ShouldBe(3);
    }

    private async Task EmbeddingsAsync()
    {
        var vectors = (await Client().GetEmbeddingClient("gyre").GenerateEmbeddingsAsync(["ab", "c"])).Value;

        vectors.Select(vector => vector.ToFloats().ToArray()).ShouldBe([[2f, 'a', 'b', 1f], [1f, 'c', 'c', 1f]]);
    }
}
