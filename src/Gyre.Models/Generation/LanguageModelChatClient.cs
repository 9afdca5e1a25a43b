using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using Gyre.Models.Templates;
using Microsoft.Extensions.AI;

namespace Gyre.Models.Generation;

/// <summary>A loaded model as an <see cref="IChatClient"/>: renders the conversation, generates, streams.</summary>
/// <remarks>
/// Temperature, top-p, top-k, penalties, seed, stop texts and token limit are read from <see cref="ChatOptions"/>;
/// <c>min_p</c>, <c>typical_p</c> and <c>repetition_penalty</c> from its additional properties. Its instructions become a
/// system message before all others. A JSON response format, with or without a schema, is enforced token by token. Every
/// other option (tools, reasoning, stored conversations, background answers, another model, further additional
/// properties) is refused, never ignored.
/// <para>Owns: nothing; disposing it leaves the model loaded. Safe for many callers at once.</para>
/// <para>Errors: <see cref="ModelException"/> <c>RUN0306</c> an option or message that this engine cannot obey, all
/// options named at once; <c>RUN07xx</c> a schema that cannot be enforced; <c>RUN0302</c> an additional property that is no number; and those of the template and of
/// <see cref="ITextGenerator.GenerateAsync"/>.</para>
/// </remarks>
public sealed class LanguageModelChatClient(LanguageModel model) : IChatClient
{
    private readonly ChatClientMetadata _metadata = new("gyre", defaultModelId: model.Name);

    /// <inheritdoc />
    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        var text = new StringBuilder();
        ChatFinishReason? reason = null;
        UsageDetails? usage = null;
        await foreach (var update in GetStreamingResponseAsync(messages, options, cancellationToken))
        {
            text.Append(update.Text);
            reason = update.FinishReason ?? reason;
            usage = update.Contents.OfType<UsageContent>().FirstOrDefault()?.Details ?? usage;
        }

        return new ChatResponse(new ChatMessage(ChatRole.Assistant, text.ToString()))
        {
            ModelId = model.Name,
            FinishReason = reason,
            Usage = usage,
        };
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var generation = ChatOptionsReader.Read(options, model.Name, model.Decoder.Adapters, model.Forms);
        var turns = messages.Select(ToTurn);
        if (options?.Instructions is { Length: > 0 } instructions)
        {
            turns = turns.Prepend(new ChatTurn(ChatRole.System.Value, instructions));
        }

        await foreach (var update in model.Generator.GenerateAsync(model.RenderPrompt([.. turns]), generation, cancellationToken))
        {
            if (update.Text.Length > 0 || update.FinishReason is not null)
            {
                yield return ToUpdate(update);
            }
        }
    }

    /// <inheritdoc />
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(ChatClientMetadata) ? _metadata
            : serviceType.IsInstanceOfType(model) ? model
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        // The model belongs to whoever loaded it.
    }

    private ChatResponseUpdate ToUpdate(GenerationUpdate update)
    {
        var result = new ChatResponseUpdate(ChatRole.Assistant, update.Text) { ModelId = model.Name };
        if (update.FinishReason is { } reason)
        {
            result.FinishReason = reason == FinishReason.Stop ? ChatFinishReason.Stop : ChatFinishReason.Length;
        }

        if (update.Usage is { } usage)
        {
            result.Contents.Add(new UsageContent(new UsageDetails
            {
                InputTokenCount = usage.PromptTokens,
                OutputTokenCount = usage.CompletionTokens,
                TotalTokenCount = usage.PromptTokens + usage.CompletionTokens,
                CachedInputTokenCount = usage.CachedTokens,
            }));
        }

        return result;
    }

    private static ChatTurn ToTurn(ChatMessage message)
    {
        foreach (var content in message.Contents)
        {
            if (content is not (TextContent or UsageContent))
            {
                throw new ModelException(
                    "RUN0306",
                    $"Chat refused: a {message.Role.Value} message holds {content.GetType().Name}; this model reads text only. Send text, or choose a model that reads it.");
            }
        }

        return new ChatTurn(message.Role.Value, message.Text, message.AuthorName is { } name ? new JsonObject { ["name"] = name } : null);
    }
}
