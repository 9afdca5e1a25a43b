using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Gyre.Evaluation.Replies;

/// <summary>A chat client whose replies are kept: the same messages with the same options are asked once.</summary>
/// <remarks>
/// Text conversations only. Calls with tools, other content than text, stored conversations or properties of a service's own
/// go straight through, because not everything that decides their replies can be seen. Failures are not kept. A reply that randomness drew is kept
/// like any other: a seed makes another question of it.
/// <para>Owns: nothing; client and cache stay the caller's. Safe for several threads if the client is.</para>
/// <para>Errors: <see cref="EvaluationException"/> EVA0020, EVA0021 of the cache; those of the client.</para>
/// </remarks>
/// <param name="inner">Who answers what is not kept.</param>
/// <param name="replies">The kept replies.</param>
/// <param name="digest">A digest of the model behind the client: another model under the same name must have another one.</param>
/// <param name="clock">Measures calls.</param>
public sealed class KeptChatClient(IChatClient inner, ReplyCache replies, string digest, TimeProvider clock) : IChatClient
{
    private long _asked;
    private long _kept;

    /// <summary>Calls that were asked.</summary>
    public long Asked => Interlocked.Read(ref _asked);

    /// <summary>Calls that were answered from what is kept.</summary>
    public long Kept => Interlocked.Read(ref _kept);

    /// <inheritdoc/>
    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var list = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        var key = KeyOf(list, options);
        if (key is { } known && replies.TryGet(known, out var kept))
        {
            Interlocked.Increment(ref _kept);
            return ResponseOf(kept);
        }

        Interlocked.Increment(ref _asked);
        var start = clock.GetTimestamp();
        var response = await inner.GetResponseAsync(list, options, cancellationToken);
        if (key is { } fresh && IsText(response.Messages))
        {
            replies.Add(fresh, new Reply(response.Text, clock.GetElapsedTime(start), response.Usage?.InputTokenCount, response.Usage?.OutputTokenCount, response.FinishReason?.Value));
        }

        return response;
    }

    /// <inheritdoc/>
    /// <remarks>What is not kept arrives whole, for only a whole reply can be kept.</remarks>
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
        // Client and cache belong to whoever made them.
    }

    private static ChatResponse ResponseOf(Reply reply) => new(new ChatMessage(ChatRole.Assistant, reply.Text))
    {
        FinishReason = reply.FinishReason is { } reason ? new ChatFinishReason(reason) : null,
        Usage = reply.InputTokens is null && reply.OutputTokens is null ? null : new UsageDetails
        {
            InputTokenCount = reply.InputTokens, OutputTokenCount = reply.OutputTokens, TotalTokenCount = reply.InputTokens + reply.OutputTokens,
        },
    };

    private static bool IsText(IEnumerable<ChatMessage> messages) => messages.All(message => message.Contents.All(content => content is TextContent or UsageContent));

#pragma warning disable MEAI001 // Experimental in this version of the library: they are read only to let calls with them through.
    private static bool IsPlain(ChatOptions options) => options is
    {
        Tools: null or { Count: 0 }, ConversationId: null, RawRepresentationFactory: null, AdditionalProperties: null or { Count: 0 },
        Reasoning: null, AllowBackgroundResponses: not true, ContinuationToken: null,
    };
#pragma warning restore MEAI001

    private ReplyKey? KeyOf(IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        if (!IsText(messages) || (options is not null && !IsPlain(options)))
        {
            return null;
        }

        var parts = new List<string> { digest };
        parts.AddRange(messages.SelectMany(message => new[] { message.Role.Value, message.Text }));
        if (options is null)
        {
            return ReplyKey.Of([.. parts]);
        }

        parts.Add("options");
        parts.Add(options.ModelId ?? "");
        parts.Add(options.Instructions ?? "");
        foreach (var number in new IFormattable?[] { options.Temperature, options.TopP, options.TopK, options.FrequencyPenalty, options.PresencePenalty, options.MaxOutputTokens, options.Seed })
        {
            parts.Add(number?.ToString(null, CultureInfo.InvariantCulture) ?? "-");
        }

        parts.AddRange(options.StopSequences ?? []);
        parts.Add(options.ResponseFormat switch
        {
            ChatResponseFormatJson { Schema: { } schema } => JsonSerializer.Serialize(schema),
            ChatResponseFormatJson => "json",
            _ => "text",
        });
        return ReplyKey.Of([.. parts]);
    }
}
