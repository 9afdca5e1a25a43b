using System.ClientModel;
using System.Text;
using Gyre.Server.Tests.Fakes;
using OpenAI;
using OpenAI.Chat;

namespace Gyre.Server.Tests.Endpoints;

/// <summary>The official client of the wire format, over real HTTP.</summary>
public class OpenAiClientTests
{
    [Fact]
    public async Task A_chat_is_answered_with_usage_and_finish_reason()
    {
        await using var server = await TestServer.StartAsync();

        var answer = (await Chat(server).CompleteChatAsync([new SystemChatMessage("be loud"), new UserChatMessage("hello")])).Value;

        answer.Content[0].Text.ShouldBe("HELLO");
        answer.FinishReason.ShouldBe(ChatFinishReason.Stop);
        answer.Usage.InputTokenCount.ShouldBe("be loud\nhello".Length);
        answer.Usage.OutputTokenCount.ShouldBe(6);
        answer.Model.ShouldBe("gyre");
        answer.Id.ShouldStartWith("chatcmpl_");
    }

    [Fact]
    public async Task A_stream_gives_the_text_in_pieces_and_ends_with_usage()
    {
        await using var server = await TestServer.StartAsync();
        var text = new StringBuilder();
        ChatFinishReason? finish = null;
        ChatTokenUsage? usage = null;

        await foreach (var update in Chat(server).CompleteChatStreamingAsync(new UserChatMessage("häppy 🎉")))
        {
            text.Append(string.Concat(update.ContentUpdate.Select(part => part.Text)));
            finish = update.FinishReason ?? finish;
            usage = update.Usage ?? usage;
        }

        text.ToString().ShouldBe("HÄPPY 🎉");
        finish.ShouldBe(ChatFinishReason.Stop);
        usage.ShouldNotBeNull().OutputTokenCount.ShouldBe(8);
    }

    [Fact]
    public async Task Sixteen_streams_at_once_are_not_mixed()
    {
        await using var server = await TestServer.StartAsync();
        server.Generator.Delay = TimeSpan.FromMilliseconds(1);
        var chat = Chat(server);

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(async client =>
        {
            var text = new StringBuilder();
            await foreach (var update in chat.CompleteChatStreamingAsync(new UserChatMessage($"client {client} says {new string((char)('a' + client), 40)}")))
            {
                text.Append(string.Concat(update.ContentUpdate.Select(part => part.Text)));
            }

            return text.ToString();
        }));

        for (var client = 0; client < 16; client++)
        {
            answers[client].ShouldBe($"CLIENT {client} SAYS {new string((char)('A' + client), 40)}");
        }
    }

    [Fact]
    public async Task Log_probabilities_come_with_bytes_and_alternatives()
    {
        await using var server = await TestServer.StartAsync();

        var answer = (await Chat(server).CompleteChatAsync(
            [new UserChatMessage("ab")],
            new ChatCompletionOptions { IncludeLogProbabilities = true, TopLogProbabilityCount = 2 })).Value;

        answer.ContentTokenLogProbabilities.Count.ShouldBe(2);
        answer.ContentTokenLogProbabilities[0].Token.ShouldBe("A");
        answer.ContentTokenLogProbabilities[0].LogProbability.ShouldBe(-0.5f, 1e-6f);
        answer.ContentTokenLogProbabilities[0].TopLogProbabilities.Select(top => top.Token).ShouldBe(["A", "B"]);
    }

    [Fact]
    public async Task Options_reach_the_engine()
    {
        await using var server = await TestServer.StartAsync();
#pragma warning disable OPENAI001 // The client marks the seed as experimental.
        await Chat(server).CompleteChatAsync(
            [new UserChatMessage("abc")],
            new ChatCompletionOptions
            {
                Temperature = 0.25f,
                TopP = 0.5f,
                MaxOutputTokenCount = 2,
                FrequencyPenalty = 0.5f,
                PresencePenalty = -0.5f,
                Seed = 7,
                StopSequences = { "X", "Y" },
                LogitBiases = { [65] = -100 },
                EndUserId = "someone",
            });
#pragma warning restore OPENAI001

        var seen = server.Generator.Seen.ShouldHaveSingleItem();
        seen.Temperature.ShouldBe(0.25f);
        seen.TopP.ShouldBe(0.5f);
        seen.MaxTokens.ShouldBe(2);
        seen.FrequencyPenalty.ShouldBe(0.5f);
        seen.PresencePenalty.ShouldBe(-0.5f);
        seen.Seed.ShouldBe(7UL);
        seen.Stop.ShouldBe(["X", "Y"]);
        seen.LogitBias[65].ShouldBe(-100f);
    }

    [Fact]
    public async Task The_models_are_listed_and_found_by_name()
    {
        await using var server = await TestServer.StartAsync();
        var client = Client(server).GetOpenAIModelClient();

        (await client.GetModelsAsync()).Value.Select(model => model.Id).ShouldBe(["gyre"]);
        (await client.GetModelAsync("gyre")).Value.OwnedBy.ShouldBe("gyre");
    }

    [Fact]
    public async Task An_unknown_model_is_an_error_with_its_status()
    {
        await using var server = await TestServer.StartAsync();

        var error = await Should.ThrowAsync<ClientResultException>(() => Client(server).GetChatClient("gpt-none").CompleteChatAsync(new UserChatMessage("x")));

        error.Status.ShouldBe(404);
        error.Message.ShouldContain("gpt-none");
    }

    [Fact]
    public async Task A_full_queue_is_told_as_429_with_retry_after()
    {
        await using var server = await TestServer.StartAsync();
        server.Generator.MaxPending = 0;

        var error = await Should.ThrowAsync<ClientResultException>(() => Chat(server).CompleteChatAsync(new UserChatMessage("x")));

        error.Status.ShouldBe(429);
        error.GetRawResponse()!.Headers.TryGetValue("retry-after", out var wait).ShouldBeTrue();
        wait.ShouldBe("1");
    }

    [Fact]
    public async Task Cancelling_a_stream_frees_its_place()
    {
        await using var server = await TestServer.StartAsync();
        server.Generator.Delay = TimeSpan.FromMilliseconds(20);
        using var cancel = new CancellationTokenSource();

        await Should.ThrowAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in Chat(server).CompleteChatStreamingAsync([new UserChatMessage(new string('x', 2000))], cancellationToken: cancel.Token))
            {
                server.Generator.Running.ShouldBe(1);
                await cancel.CancelAsync();
            }
        });

        await Eventually.TrueAsync(() => server.Generator.Running == 0);
    }

    private static OpenAIClient Client(TestServer server)
    {
        var options = new OpenAIClientOptions { Endpoint = new Uri(server.Host.Address, "v1"), RetryPolicy = new System.ClientModel.Primitives.ClientRetryPolicy(0) };
        return new OpenAIClient(new ApiKeyCredential("unused"), options);
    }

    private static ChatClient Chat(TestServer server) => Client(server).GetChatClient("gyre");
}
