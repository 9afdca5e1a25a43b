using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace Gyre.Evaluation.Endpoints;

/// <summary>A model behind any server with OpenAI's <c>/v1/chat/completions</c>, for candidates, judges and benchmarks. Texts only.</summary>
/// <remarks>
/// A stream is the whole answer in one part. Options that the endpoint has no member for (top-k, tools, content that is no text) are
/// refused rather than dropped, so that no result is of another question.
/// <para>Owns: nothing; the client brings address, key and time limit (<see cref="OpenAiServer.Connect"/>). Safe for several threads.</para>
/// <para>Errors: <see cref="EvaluationException"/> EVA0069 when the server refuses, does not answer, or not as described; argument exceptions for what cannot be sent.</para>
/// <para>Source: OpenAI's API reference of <c>/v1/chat/completions</c>.</para>
/// </remarks>
public sealed class OpenAiChatClient : IChatClient
{
    private readonly OpenAiChatOptions _options;
    private readonly JsonEndpoint _endpoint;
    private readonly ChatClientMetadata _metadata;

    /// <summary>Asks a server.</summary>
    /// <param name="client">Has the base address and what the server wants as authorisation.</param>
    /// <param name="options">The model and how to ask.</param>
    /// <param name="clock">Times the waits between attempts.</param>
    public OpenAiChatClient(HttpClient client, OpenAiChatOptions options, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(clock);
        options.Require();
        _options = options;
        _endpoint = new JsonEndpoint(client, options.Endpoint, options.Attempts, options.FirstWait, Unusable, clock);
        Digest = OpenAiServer.DigestOf(client, options.Endpoint, options.Model);
        _metadata = new ChatClientMetadata("openai-compatible", client.BaseAddress, options.Model);
    }

    /// <summary>Address and model: under it answers are kept. What the server puts behind that name is not known.</summary>
    public string Digest { get; }

    /// <inheritdoc/>
    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var (answer, refusal) = await _endpoint.AskAsync(Request(messages, options), cancellationToken);
        using (answer)
        {
            return answer is null ? throw Unusable($"the server refuses the request: {refusal}", null) : Read(answer.RootElement);
        }
    }

    /// <inheritdoc/>
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
        return serviceKey is not null ? null : serviceType == typeof(ChatClientMetadata) ? _metadata : serviceType.IsInstanceOfType(this) ? this : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // The HTTP client belongs to whoever made it.
    }

    private JsonObject Request(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        var list = new JsonArray();
        if (options?.Instructions is { Length: > 0 } instructions)
        {
            list.Add(Message("system", instructions));
        }

        foreach (var message in messages)
        {
            list.Add(message.Contents.All(content => content is TextContent)
                ? Message(message.Role.Value, message.Text)
                : throw new ArgumentException($"Ask the model '{_options.Model}': a message holds {message.Contents.First(content => content is not TextContent).GetType().Name}; expected texts.", nameof(messages)));
        }

        var body = new JsonObject { ["model"] = options?.ModelId ?? _options.Model, ["messages"] = list, ["stream"] = false };
        if (options is not null)
        {
            AddOptions(body, options);
        }

        return body;
    }

    private void AddOptions(JsonObject body, ChatOptions options)
    {
        if (options.Tools is { Count: > 0 } || options.TopK is not null || options.ConversationId is not null)
        {
            throw new ArgumentException($"Ask the model '{_options.Model}': the options have tools, top-k or a conversation; expected what OpenAI's chat completions take of texts.", nameof(options));
        }

        Add("temperature", options.Temperature);
        Add("top_p", options.TopP);
        Add(_options.UsesCompletionTokens ? "max_completion_tokens" : "max_tokens", options.MaxOutputTokens);
        Add("frequency_penalty", options.FrequencyPenalty);
        Add("presence_penalty", options.PresencePenalty);
        Add("seed", options.Seed);
        if (options.StopSequences is { Count: > 0 } stops)
        {
            body["stop"] = new JsonArray([.. stops.Select(stop => JsonValue.Create(stop))]);
        }

        switch (options.ResponseFormat)
        {
            case ChatResponseFormatJson { Schema: { } schema } json:
                body["response_format"] = new JsonObject
                {
                    ["type"] = "json_schema",
                    ["json_schema"] = new JsonObject { ["name"] = json.SchemaName ?? "answer", ["schema"] = JsonNode.Parse(schema.GetRawText()), ["strict"] = true },
                };
                break;
            case ChatResponseFormatJson:
                body["response_format"] = new JsonObject { ["type"] = "json_object" };
                break;
        }

        void Add<T>(string name, T? value)
            where T : struct
        {
            if (value is { } given)
            {
                body[name] = JsonValue.Create(given);
            }
        }
    }

    private static JsonObject Message(string role, string text) => new() { ["role"] = role, ["content"] = text };

    private ChatResponse Read(JsonElement answer)
    {
        if (answer.ValueKind != JsonValueKind.Object || !answer.TryGetProperty("choices", out var choices) || choices.ValueKind != JsonValueKind.Array || choices.GetArrayLength() == 0
            || choices[0].ValueKind != JsonValueKind.Object || !choices[0].TryGetProperty("message", out var message) || message.ValueKind != JsonValueKind.Object)
        {
            throw Unusable("the answer has no 'choices' with a 'message'", null);
        }

        // A message without text is a refusal or a call of tools; neither was asked for, and neither is an answer of no words.
        var text = Text(message, "content") ?? Text(message, "refusal") ?? throw Unusable("the message has no text in 'content'", null);
        return new ChatResponse(new ChatMessage(ChatRole.Assistant, text))
        {
            ModelId = Text(answer, "model"),
            ResponseId = Text(answer, "id"),
            FinishReason = Text(choices[0], "finish_reason") is { Length: > 0 } reason ? new ChatFinishReason(reason) : null,
            Usage = answer.TryGetProperty("usage", out var usage) && usage.ValueKind == JsonValueKind.Object
                ? new UsageDetails { InputTokenCount = Count(usage, "prompt_tokens"), OutputTokenCount = Count(usage, "completion_tokens"), TotalTokenCount = Count(usage, "total_tokens") }
                : null,
        };
    }

    private static string? Text(JsonElement element, string name)
    {
        if (!element.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair is no text.
            return null;
        }
    }

    private static long? Count(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var count) && count >= 0 ? count : null;

    private EvaluationException Unusable(string found, Exception? error) => new(
        "EVA0069", $"Asking a server for an answer failed: {found}. Expected OpenAI's /v1/chat/completions. Model: {_options.Model}. Check address, model and key.", error);
}
