namespace Gyre.Observability;

/// <summary>What a span can say about a generation; <see cref="GenAiVocabulary"/> holds the names.</summary>
public enum GenAiAttribute
{
    /// <summary>What was done: chat, text_completion, …</summary>
    OperationName,

    /// <summary>Who computed it.</summary>
    ProviderName,

    /// <summary>The conversation it belongs to.</summary>
    ConversationId,

    /// <summary>The messages that went in, as JSON.</summary>
    InputMessages,

    /// <summary>The messages that came out, as JSON.</summary>
    OutputMessages,

    /// <summary>The model that was asked for.</summary>
    RequestModel,

    /// <summary>Whether the answer was streamed.</summary>
    RequestStream,

    /// <summary>Sampling temperature.</summary>
    RequestTemperature,

    /// <summary>Nucleus share.</summary>
    RequestTopP,

    /// <summary>Most likely tokens kept.</summary>
    RequestTopK,

    /// <summary>Token limit.</summary>
    RequestMaxTokens,

    /// <summary>Seed.</summary>
    RequestSeed,

    /// <summary>Stop texts.</summary>
    RequestStopSequences,

    /// <summary>Frequency penalty.</summary>
    RequestFrequencyPenalty,

    /// <summary>Presence penalty.</summary>
    RequestPresencePenalty,

    /// <summary>Answers asked for.</summary>
    RequestChoiceCount,

    /// <summary>The answer's id.</summary>
    ResponseId,

    /// <summary>The model that answered.</summary>
    ResponseModel,

    /// <summary>Why each answer ended.</summary>
    ResponseFinishReasons,

    /// <summary>Time to the first chunk. Units: seconds.</summary>
    ResponseTimeToFirstChunk,

    /// <summary>Tokens of the prompt.</summary>
    UsageInputTokens,

    /// <summary>Tokens generated.</summary>
    UsageOutputTokens,

    /// <summary>Prompt tokens read from a cache.</summary>
    UsageCacheReadInputTokens,

    /// <summary>The kind of failure.</summary>
    ErrorType,

    /// <summary>The server's address.</summary>
    ServerAddress,

    /// <summary>The server's port.</summary>
    ServerPort,

    /// <summary>The request's id, as the x-request-id header carries it.</summary>
    RequestId,

    /// <summary>The route that was called.</summary>
    HttpRoute,

    /// <summary>The HTTP status of the answer.</summary>
    HttpStatusCode,

    /// <summary>The caller's name for its end user.</summary>
    UserId,

    /// <summary>The failure in words.</summary>
    ErrorMessage,

    /// <summary>Whether the caller went away before the end.</summary>
    IsCancelled,

    /// <summary>The choice that a span belongs to.</summary>
    ChoiceIndex,
}
