using Microsoft.Extensions.AI;

namespace Gyre.Evaluation.Tests.Benchmarks;

/// <summary>Answers as a function of the prompt and says what it was asked.</summary>
internal sealed class ScriptedClient(Func<string, string> answer) : IChatClient
{
    public System.Collections.Concurrent.ConcurrentQueue<string> Prompts { get; } = new();

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var prompt = messages.Single().Text;
        Prompts.Enqueue(prompt);
        return Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, answer(prompt))));
    }

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }
}
