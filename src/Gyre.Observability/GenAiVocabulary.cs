using System.Collections.Frozen;

namespace Gyre.Observability;

/// <summary>The one table of attribute names: the names written today, and the older names still understood.</summary>
/// <remarks>
/// The conventions for generative AI are still being renamed; a renaming is a change to this table only.
/// <para>Source: OpenTelemetry semantic conventions for generative AI, v1.41 (status: development).</para>
/// </remarks>
public static class GenAiVocabulary
{
    /// <summary>The name of the <see cref="System.Diagnostics.ActivitySource"/> that Gyre's rooms write to.</summary>
    public const string SourceName = "Gyre";

    private static readonly FrozenDictionary<GenAiAttribute, string> Names = Table().ToFrozenDictionary(row => row.Attribute, row => row.Name);

    private static readonly FrozenDictionary<string, GenAiAttribute> Attributes = Table()
        .SelectMany(row => row.OlderNames.Prepend(row.Name).Select(name => (name, row.Attribute)))
        .ToFrozenDictionary(pair => pair.name, pair => pair.Attribute, StringComparer.Ordinal);

    /// <summary>The name written today.</summary>
    public static string Name(this GenAiAttribute attribute) => Names[attribute];

    /// <summary>The attribute that a name, of today or older, stands for.</summary>
    public static bool TryFind(string name, out GenAiAttribute attribute) => Attributes.TryGetValue(name, out attribute);

    private static (GenAiAttribute Attribute, string Name, string[] OlderNames)[] Table() =>
    [
        (GenAiAttribute.OperationName, "gen_ai.operation.name", []),
        (GenAiAttribute.ProviderName, "gen_ai.provider.name", ["gen_ai.system", "llm.provider"]),
        (GenAiAttribute.ConversationId, "gen_ai.conversation.id", ["session.id"]),
        (GenAiAttribute.InputMessages, "gen_ai.input.messages", ["gen_ai.prompt", "input.value"]),
        (GenAiAttribute.OutputMessages, "gen_ai.output.messages", ["gen_ai.completion", "output.value"]),
        (GenAiAttribute.RequestModel, "gen_ai.request.model", ["llm.model_name"]),
        (GenAiAttribute.RequestStream, "gen_ai.request.stream", []),
        (GenAiAttribute.RequestTemperature, "gen_ai.request.temperature", []),
        (GenAiAttribute.RequestTopP, "gen_ai.request.top_p", []),
        (GenAiAttribute.RequestTopK, "gen_ai.request.top_k", []),
        (GenAiAttribute.RequestMaxTokens, "gen_ai.request.max_tokens", []),
        (GenAiAttribute.RequestSeed, "gen_ai.request.seed", ["gen_ai.openai.request.seed"]),
        (GenAiAttribute.RequestStopSequences, "gen_ai.request.stop_sequences", []),
        (GenAiAttribute.RequestFrequencyPenalty, "gen_ai.request.frequency_penalty", []),
        (GenAiAttribute.RequestPresencePenalty, "gen_ai.request.presence_penalty", []),
        (GenAiAttribute.RequestChoiceCount, "gen_ai.request.choice.count", []),
        (GenAiAttribute.ResponseId, "gen_ai.response.id", []),
        (GenAiAttribute.ResponseModel, "gen_ai.response.model", []),
        (GenAiAttribute.ResponseFinishReasons, "gen_ai.response.finish_reasons", []),
        (GenAiAttribute.ResponseTimeToFirstChunk, "gen_ai.response.time_to_first_chunk", []),
        (GenAiAttribute.UsageInputTokens, "gen_ai.usage.input_tokens", ["gen_ai.usage.prompt_tokens", "llm.token_count.prompt"]),
        (GenAiAttribute.UsageOutputTokens, "gen_ai.usage.output_tokens", ["gen_ai.usage.completion_tokens", "llm.token_count.completion"]),
        (GenAiAttribute.UsageCacheReadInputTokens, "gen_ai.usage.cache_read.input_tokens", []),
        (GenAiAttribute.ErrorType, "error.type", []),
        (GenAiAttribute.ServerAddress, "server.address", []),
        (GenAiAttribute.ServerPort, "server.port", []),
        (GenAiAttribute.RequestId, "gyre.request.id", []),
        (GenAiAttribute.HttpRoute, "http.route", []),
        (GenAiAttribute.HttpStatusCode, "http.response.status_code", []),
        (GenAiAttribute.UserId, "user.id", ["enduser.id"]),
        (GenAiAttribute.ErrorMessage, "gyre.error.message", []),
        (GenAiAttribute.IsCancelled, "gyre.cancelled", []),
        (GenAiAttribute.ChoiceIndex, "gyre.choice.index", []),
    ];
}
