using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Gyre.Models.Generation;

/// <summary>A loaded model as an <see cref="IChatClient"/>: renders the conversation, generates, streams.</summary>
/// <remarks>
/// Temperature, top-p, top-k, penalties, seed, stop texts and token limit are read from <see cref="ChatOptions"/>;
/// <c>min_p</c>, <c>typical_p</c> and <c>repetition_penalty</c> from its additional properties. Its instructions become a
/// system message before all others. A JSON response format, with or without a schema, is enforced token by token. Functions
/// (<see cref="AIFunctionDeclaration"/>) are told to the model by its own template and called in its family's form; the
/// tool mode is obeyed, and arguments follow their schema where the call is forced or the function's additional
/// property <c>strict</c> is true, and wherever the schema can be enforced. A call is handed out whole; one that breaks
/// off is text. Nothing is invoked here: <c>FunctionInvokingChatClient</c> or the caller does that. Every other option
/// (tools that are no functions, reasoning, stored conversations, background answers, another model, further additional
/// properties) is refused, never ignored.
/// <para>Owns: nothing; disposing it leaves the model loaded. Safe for many callers at once.</para>
/// <para>Errors: <see cref="ModelException"/> <c>RUN0306</c> an option or message that this engine cannot obey, all
/// options named at once; <c>RUN07xx</c> a schema that cannot be enforced; <c>RUN0302</c> an additional property that is no number; and those of the template and of
/// <see cref="ITextGenerator.GenerateAsync"/>.</para>
/// </remarks>
/// <param name="model">The model; it stays the caller's.</param>
/// <param name="adapter">The loaded adapter through which requests run that name no model; null for the model alone.</param>
public sealed class LanguageModelChatClient(LanguageModel model, string? adapter = null) : IChatClient
{
    private readonly ChatClientMetadata _metadata = new("gyre", defaultModelId: model.Name);

    /// <inheritdoc />
    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        var updates = new List<ChatResponseUpdate>();
        await foreach (var update in GetStreamingResponseAsync(messages, options, cancellationToken))
        {
            updates.Add(update);
        }

        return updates.ToChatResponse();
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var (generation, tools) = ChatOptionsReader.Read(options, model);
        if (adapter is not null && options?.ModelId is null)
        {
            generation = generation with { Adapter = adapter };
        }

        var callIds = new HashSet<string>(StringComparer.Ordinal);
        var turns = ChatMessageReader.Read(messages, options?.Instructions ?? "", callIds);
        var (prompt, opening) = model.ToolFormat.OpenCalls(model.RenderPrompt(turns, tools.Tools), tools, model.Tokenizer);
        var reader = new AnswerReader(model, tools, opening, generation.Stop, () => NewCallId(callIds));
        var parts = new List<AnswerPart>();
        var call = new StringBuilder();
        AnswerPart? open = null;
        await foreach (var update in model.Generator.GenerateAsync(prompt, generation, cancellationToken))
        {
            reader.Read(update, parts);
            foreach (var part in parts)
            {
                switch (part.Kind)
                {
                    case AnswerPartKind.CallBegin:
                        open = part;
                        call.Clear();
                        break;
                    case AnswerPartKind.CallArguments:
                        call.Append(part.Text);
                        break;
                    case AnswerPartKind.CallEnd when open is not null:
                        yield return ToUpdate(new FunctionCallContent(open.CallId, open.Text, Arguments(call.ToString())));
                        break;
                    case AnswerPartKind.Finish:
                        yield return ToEnd(part);
                        break;
                    default:
                        // Half a call cannot be called: it is the text that it is.
                        yield return ToUpdate(new TextContent(part.Text));
                        break;
                }
            }

            parts.Clear();
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

    /// <summary>An id that no call of the conversation has; the same conversation gets the same.</summary>
    private static string NewCallId(HashSet<string> taken)
    {
        for (var number = taken.Count + 1; ; number++)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"call_{number}");
            if (taken.Add(id))
            {
                return id;
            }
        }
    }

    /// <summary>The arguments of a whole call, which are a JSON object.</summary>
    private static Dictionary<string, object?> Arguments(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.EnumerateObject().ToDictionary(argument => argument.Name, argument => (object?)argument.Value.Clone(), StringComparer.Ordinal);
    }

    private ChatResponseUpdate ToUpdate(AIContent content) => new(ChatRole.Assistant, [content]) { ModelId = model.Name };

    private ChatResponseUpdate ToEnd(AnswerPart part)
    {
        var end = new ChatResponseUpdate(ChatRole.Assistant, [])
        {
            ModelId = model.Name,
            FinishReason = part.End switch
            {
                AnswerEnd.Length => ChatFinishReason.Length,
                AnswerEnd.ToolCalls => ChatFinishReason.ToolCalls,
                _ => ChatFinishReason.Stop,
            },
        };
        if (part.Usage is { } usage)
        {
            end.Contents.Add(new UsageContent(new UsageDetails
            {
                InputTokenCount = usage.PromptTokens,
                OutputTokenCount = usage.CompletionTokens,
                TotalTokenCount = usage.PromptTokens + usage.CompletionTokens,
                CachedInputTokenCount = usage.CachedTokens,
            }));
        }

        return end;
    }
}
