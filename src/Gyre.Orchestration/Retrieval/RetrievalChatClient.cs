using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Gyre.Orchestration.Retrieval;

/// <summary>A chat client that puts the passages found for the last user message in front of it, and says which ones it used.</summary>
/// <remarks>
/// The text of the last user message is the question; pictures and other parts of it stay behind the new text. A conversation without text of a user
/// goes through as it is. Earlier messages stay as they are; the caller's messages are never changed.
/// <para>The passages stand in <see cref="ChatResponse.AdditionalProperties"/> under <see cref="PassagesKey"/>, of a stream in those of its first update.</para>
/// <para>Owns: the inner client, as every <see cref="DelegatingChatClient"/> does. Safe for several threads if that one is.</para>
/// </remarks>
public sealed class RetrievalChatClient : DelegatingChatClient
{
    /// <summary>Where the passages of an answer stand: an <see cref="IReadOnlyList{T}"/> of <see cref="RetrievedPassage"/>, empty when nothing was found.</summary>
    public const string PassagesKey = "gyre.retrieval.passages";

    private readonly RetrievalPrompt _prompt;

    /// <summary>Wraps a client.</summary>
    /// <param name="inner">The model.</param>
    /// <param name="prompt">What stands before questions.</param>
    public RetrievalChatClient(IChatClient inner, RetrievalPrompt prompt)
        : base(inner)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        _prompt = prompt;
    }

    /// <summary>The passages of an answer, the best first; null when the answer did not come through retrieval.</summary>
    public static IReadOnlyList<RetrievedPassage>? PassagesOf(ChatResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        return response.AdditionalProperties?.GetValueOrDefault(PassagesKey) as IReadOnlyList<RetrievedPassage>;
    }

    /// <inheritdoc/>
    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var (sent, passages) = await PrepareAsync(messages, cancellationToken);
        var response = await base.GetResponseAsync(sent, options, cancellationToken);
        if (passages is not null)
        {
            (response.AdditionalProperties ??= [])[PassagesKey] = passages;
        }

        return response;
    }

    /// <inheritdoc/>
    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var (sent, passages) = await PrepareAsync(messages, cancellationToken);
        await foreach (var update in base.GetStreamingResponseAsync(sent, options, cancellationToken))
        {
            if (passages is not null)
            {
                (update.AdditionalProperties ??= [])[PassagesKey] = passages;
                passages = null;
            }

            yield return update;
        }
    }

    private async Task<(IReadOnlyList<ChatMessage> Messages, IReadOnlyList<RetrievedPassage>? Passages)> PrepareAsync(IEnumerable<ChatMessage> messages, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(messages);
        List<ChatMessage> sent = [.. messages];
        var last = sent.FindLastIndex(message => message.Role == ChatRole.User && !string.IsNullOrWhiteSpace(message.Text));
        if (last < 0)
        {
            return (sent, null);
        }

        var prompt = await _prompt.WriteAsync(sent[last].Text, cancellationToken: cancellationToken);
        var asked = sent[last].Clone();
        asked.Contents = [new TextContent(prompt.Text), .. asked.Contents.Where(content => content is not TextContent)];
        sent[last] = asked;
        return (sent, prompt.Passages);
    }
}
