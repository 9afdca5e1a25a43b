using Gyre.Evaluation.Replies;
using Gyre.Evaluation.Tests.Judges;
using Microsoft.Extensions.AI;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Replies;

public sealed class KeptChatClientTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gyre-test-").FullName;
    private readonly ReplyCache _replies;

    public KeptChatClientTests() => _replies = ReplyCache.Open(Path.Combine(_folder, "replies.jsonl"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _replies.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task The_same_question_is_asked_once_and_the_kept_reply_is_the_same()
    {
        using var inner = new ScriptedJudge("one", "two");
        using var client = Kept(inner);
        var first = await client.GetResponseAsync("hello", new ChatOptions { Seed = 1 }, Token);
        var second = await client.GetResponseAsync("hello", new ChatOptions { Seed = 1 }, Token);
        (second.Text, second.FinishReason, second.Usage!.InputTokenCount, second.Usage.OutputTokenCount).ShouldBe((first.Text, first.FinishReason, 7, 3));
        (client.Asked, client.Kept, inner.Calls.Count).ShouldBe((1L, 1L, 1));
        (await client.GetStreamingResponseAsync("hello", new ChatOptions { Seed = 1 }, Token).ToChatResponseAsync(Token)).Text.ShouldBe("one");
    }

    [Fact]
    public async Task Everything_that_decides_a_reply_makes_another_question()
    {
        var next = 0;
        using var inner = new ScriptedJudge(_ => $"{next++}");
        using var schema = System.Text.Json.JsonDocument.Parse("""{"type": "object"}""");
        (string Prompt, ChatOptions? Options)[] questions =
        [
            ("a", null), ("b", null), ("a", new ChatOptions()), ("a", new ChatOptions { Seed = 1 }), ("a", new ChatOptions { TopK = 1 }), ("a", new ChatOptions { MaxOutputTokens = 1 }), ("a", new ChatOptions { Temperature = 1 }),
            ("a", new ChatOptions { TopP = 1 }), ("a", new ChatOptions { FrequencyPenalty = 1 }), ("a", new ChatOptions { PresencePenalty = 1 }), ("a", new ChatOptions { ModelId = "m" }), ("a", new ChatOptions { Instructions = "m" }),
            ("a", new ChatOptions { StopSequences = ["m"] }), ("a", new ChatOptions { ResponseFormat = ChatResponseFormat.Json }), ("a", new ChatOptions { ResponseFormat = ChatResponseFormat.ForJsonSchema(schema.RootElement) }),
        ];
        using var client = Kept(inner);
        foreach (var (prompt, options) in questions)
        {
            await client.GetResponseAsync(prompt, options, Token);
        }

        using var another = new KeptChatClient(inner, _replies, "another model", TimeProvider.System);
        await another.GetResponseAsync("a", (ChatOptions?)null, Token);
        await client.GetResponseAsync([new ChatMessage(ChatRole.System, "a")], null, Token);
        inner.Calls.Count.ShouldBe(questions.Length + 2);
        foreach (var (prompt, options) in questions)
        {
            await client.GetResponseAsync(prompt, options, Token);
        }

        inner.Calls.Count.ShouldBe(questions.Length + 2);
    }

    [Fact]
    public async Task What_cannot_be_seen_whole_is_not_kept()
    {
        using var inner = new ScriptedJudge("x");
        using var client = Kept(inner);
        var tools = new ChatOptions { Tools = [AIFunctionFactory.Create(() => 1, "one")] };
        ChatMessage[] picture = [new(ChatRole.User, [new DataContent(new byte[] { 1 }, "image/png")])];
        for (var i = 0; i < 2; i++)
        {
            await client.GetResponseAsync("a", tools, Token);
            await client.GetResponseAsync(picture, null, Token);
            await client.GetResponseAsync("a", new ChatOptions { AdditionalProperties = new() { ["min_p"] = 0.1 } }, Token);
        }

        (inner.Calls.Count, _replies.Count).ShouldBe((6, 0));
    }

    [Fact]
    public async Task Failures_are_not_kept()
    {
        var isAway = true;
        using var inner = new ScriptedJudge(_ => isAway ? throw new HttpRequestException("away") : "x");
        using var client = Kept(inner);
        await Should.ThrowAsync<HttpRequestException>(() => client.GetResponseAsync("a", (ChatOptions?)null, Token));
        isAway = false;
        (await client.GetResponseAsync("a", (ChatOptions?)null, Token)).Text.ShouldBe("x");
    }

    private KeptChatClient Kept(ScriptedJudge inner) => new(inner, _replies, "model", TimeProvider.System);
}
