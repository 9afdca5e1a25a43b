using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Gyre.Evaluation.Tests.Judges;

/// <summary>A fake model that replies by a function of the conversation, and records what it was asked.</summary>
internal sealed class ScriptedJudge(Func<IReadOnlyList<ChatMessage>, string> reply, string model = "scripted") : IChatClient
{
    private readonly ChatClientMetadata _metadata = new("test", defaultModelId: model);

    public ScriptedJudge(params string[] replies)
        : this(Script(replies))
    {
    }

    public ConcurrentQueue<(IReadOnlyList<ChatMessage> Messages, ChatOptions? Options)> Calls { get; } = [];

    public ChatFinishReason Finish { get; init; } = ChatFinishReason.Stop;

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var list = messages.ToArray();
        Calls.Enqueue((list, options));
        return Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, reply(list))) { FinishReason = Finish, Usage = new UsageDetails { InputTokenCount = 7, OutputTokenCount = 3 } });
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var update in (await GetResponseAsync(messages, options, cancellationToken)).ToChatResponseUpdates())
        {
            yield return update;
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => serviceType == typeof(ChatClientMetadata) ? _metadata : null;

    public void Dispose()
    {
    }

    /// <summary>The text of a section of the first question.</summary>
    public static string Section(IReadOnlyList<ChatMessage> messages, string tag)
    {
        var prompt = messages[1].Text;
        var (open, close) = ($"<{tag}>\n", $"\n</{tag}>\n");
        var start = prompt.IndexOf(open, StringComparison.Ordinal) + open.Length;
        return prompt[start..prompt.IndexOf(close, start, StringComparison.Ordinal)];
    }

    public static string Json(string verdict, string reason = "because") => $$"""{"reason": "{{reason}}", "verdict": "{{verdict}}"}""";

    private static Func<IReadOnlyList<ChatMessage>, string> Script(string[] replies)
    {
        var next = -1;
        return _ => replies[Math.Min(Interlocked.Increment(ref next), replies.Length - 1)];
    }
}
