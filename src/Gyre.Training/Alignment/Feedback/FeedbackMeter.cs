using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Gyre.Training.Alignment.Feedback;

/// <summary>Counts what a client is asked, and what it reads and writes: what AI feedback costs.</summary>
/// <remarks>Owns: nothing; the client stays the caller's. Safe for several threads if the client is.</remarks>
/// <param name="inner">The client.</param>
public sealed class FeedbackMeter(IChatClient inner) : IChatClient
{
    private long _calls;
    private long _inputTokens;
    private long _outputTokens;

    /// <summary>Calls so far, those that failed included.</summary>
    public long Calls => Interlocked.Read(ref _calls);

    /// <summary>Tokens read, as far as the client tells them.</summary>
    public long InputTokens => Interlocked.Read(ref _inputTokens);

    /// <summary>Tokens written, as far as the client tells them.</summary>
    public long OutputTokens => Interlocked.Read(ref _outputTokens);

    /// <inheritdoc/>
    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _calls);
        var response = await inner.GetResponseAsync(messages, options, cancellationToken);
        Interlocked.Add(ref _inputTokens, response.Usage?.InputTokenCount ?? 0);
        Interlocked.Add(ref _outputTokens, response.Usage?.OutputTokenCount ?? 0);
        return response;
    }

    /// <inheritdoc/>
    /// <remarks>The whole answer in one part, so that its tokens are counted alike.</remarks>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var response = await GetResponseAsync(messages, options, cancellationToken);
        foreach (var update in response.ToChatResponseUpdates())
        {
            yield return update;
        }
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is null && serviceType.IsInstanceOfType(this) ? this : inner.GetService(serviceType, serviceKey);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // The client belongs to whoever made it.
    }
}
