using Gyre.Contracts;
using Gyre.Evaluation.Experiments;
using Microsoft.Extensions.AI;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Experiments;

public sealed class ChatCandidateTests
{
    private static readonly DatasetRow Row = NewRow("1", "answer", "2 + 2?", "4");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_system_text_examples_of_the_same_task_and_the_row_are_sent_in_this_order()
    {
        using var client = new RecordingClient();
        var candidate = New(client, new ChatCandidateOptions
        {
            System = "Be short.",
            Template = PromptTemplate.Parse("Q: {prompt}"),
            Examples = [NewRow("8", "answer", "1 + 1?", "2"), NewRow("9", "other", "x", "y"), Row],
        });
        var reply = await candidate.AnswerAsync(Row, 0, Token);
        client.Messages.Select(message => $"{message.Role}: {message.Text}").ShouldBe(["system: Be short.", "user: Q: 1 + 1?", "assistant: 2", "user: Q: 2 + 2?"]);
        (reply.Text, reply.InputTokens, reply.OutputTokens, reply.FinishReason).ShouldBe(("four", 12L, 3L, "stop"));
    }

    [Fact]
    public async Task Another_sample_has_another_seed()
    {
        using var client = new RecordingClient();
        var candidate = New(client, new ChatCandidateOptions { Generation = new ChatOptions { Seed = 40 } });
        await candidate.AnswerAsync(Row, 2, Token);
        client.Options!.Seed.ShouldBe(42);
    }

    [Fact]
    public void Whatever_decides_the_answers_decides_the_digest_and_the_name_does_not()
    {
        using var client = new RecordingClient();
        var standard = new ChatCandidateOptions();
        ChatCandidateOptions[] others =
        [
            standard with { System = "x" }, standard with { Template = PromptTemplate.Parse("{prompt} ") }, standard with { Examples = [Row] },
            standard with { Generation = new ChatOptions { Temperature = 1, MaxOutputTokens = 256 } }, standard with { Generation = new ChatOptions { Temperature = 0, MaxOutputTokens = 10 } },
            standard with { Generation = new ChatOptions { Temperature = 0, MaxOutputTokens = 256, StopSequences = ["."] } },
        ];
        var digests = others.Append(standard).Select(options => New(client, options).Digest).Append(new ChatCandidate("a", "m2", client, standard, TimeProvider.System).Digest).ToArray();
        digests.Distinct().Count().ShouldBe(digests.Length);
        new ChatCandidate("b", "m", client, standard, TimeProvider.System).Digest.ShouldBe(New(client, standard).Digest);
    }

    private static ChatCandidate New(IChatClient client, ChatCandidateOptions options) => new("a", "m", client, options, TimeProvider.System);

    private static DatasetRow NewRow(string id, string task, string prompt, string reference) => new(id, task, prompt, reference, new Dictionary<string, string>(), "", "");

    private sealed class RecordingClient : IChatClient
    {
        public IReadOnlyList<ChatMessage> Messages { get; private set; } = [];

        public ChatOptions? Options { get; private set; }

        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            (Messages, Options) = ([.. messages], options);
            return Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, "four"))
            {
                FinishReason = ChatFinishReason.Stop, Usage = new UsageDetails { InputTokenCount = 12, OutputTokenCount = 3 },
            });
        }

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException("Only whole answers are asked here.");

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
