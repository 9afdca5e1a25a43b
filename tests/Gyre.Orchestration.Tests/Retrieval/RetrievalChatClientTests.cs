using System.Runtime.CompilerServices;
using Gyre.Orchestration.Retrieval;
using Microsoft.Extensions.AI;

namespace Gyre.Orchestration.Tests.Retrieval;

public sealed class RetrievalChatClientTests
{
    private static readonly RetrievalOptions Short = new() { Template = "{passages} ? {question}", NothingFoundTemplate = "none: {question}" };

    [Fact]
    public async Task Passages_stand_before_the_last_question_and_in_the_answer()
    {
        var model = new EchoClient();
        using var client = new RetrievalChatClient(model, new RetrievalPrompt(new FixedRetriever(("one", 2), ("two", 1)), Short));
        ChatMessage[] messages =
        [
            new(ChatRole.System, "Be short."), new(ChatRole.User, "Before"), new(ChatRole.Assistant, "Yes"),
            new(ChatRole.User, [new TextContent("Now"), new UriContent("http://x.test/p.png", "image/png")]),
        ];

        var response = await client.GetResponseAsync(messages, cancellationToken: TestContext.Current.CancellationToken);

        model.Sent.Select(message => message.Text).ShouldBe(["Be short.", "Before", "Yes", "[1] one\n\n[2] two ? Now"]);
        model.Sent[3].Contents[1].ShouldBeOfType<UriContent>();
        messages[3].Text.ShouldBe("Now");
        RetrievalChatClient.PassagesOf(response)!.Select(passage => passage.Passage.Text).ShouldBe(["one", "two"]);
    }

    [Fact]
    public async Task A_stream_says_its_passages_once_and_keeps_them_when_it_is_put_together()
    {
        using var client = new RetrievalChatClient(new EchoClient(), new RetrievalPrompt(new FixedRetriever(("one", 2)), Short));
        var updates = new List<ChatResponseUpdate>();
        await foreach (var update in client.GetStreamingResponseAsync("Now", cancellationToken: TestContext.Current.CancellationToken))
        {
            updates.Add(update);
        }

        updates.Select(update => update.AdditionalProperties?.ContainsKey(RetrievalChatClient.PassagesKey) ?? false).ShouldBe([true, false]);
        var response = updates.ToChatResponse();
        response.Text.ShouldBe("[1] one ? Now!");
        RetrievalChatClient.PassagesOf(response)!.Single().Score.ShouldBe(2);
    }

    [Fact]
    public async Task Nothing_found_is_an_empty_list_and_no_retrieval_is_none()
    {
        var model = new EchoClient();
        using var client = new RetrievalChatClient(model, new RetrievalPrompt(new FixedRetriever(), Short));

        RetrievalChatClient.PassagesOf(await client.GetResponseAsync("Now", cancellationToken: TestContext.Current.CancellationToken))!.ShouldBeEmpty();
        model.Sent.Single().Text.ShouldBe("none: Now");
        RetrievalChatClient.PassagesOf(await client.GetResponseAsync([new ChatMessage(ChatRole.System, "x")], cancellationToken: TestContext.Current.CancellationToken)).ShouldBeNull();
        model.Sent.Single().Text.ShouldBe("x");
        RetrievalChatClient.PassagesOf(await model.GetResponseAsync([new ChatMessage(ChatRole.User, "x")], null, TestContext.Current.CancellationToken)).ShouldBeNull();
    }

    /// <summary>Answers with the last message.</summary>
    private sealed class EchoClient : IChatClient
    {
        public IReadOnlyList<ChatMessage> Sent { get; private set; } = [];

        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            Sent = [.. messages];
            return Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, Sent[^1].Text + "!")));
        }

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            Sent = [.. messages];
            await Task.Yield();
            yield return new ChatResponseUpdate(ChatRole.Assistant, Sent[^1].Text);
            yield return new ChatResponseUpdate(ChatRole.Assistant, "!");
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
