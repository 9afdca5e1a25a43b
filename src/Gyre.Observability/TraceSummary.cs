namespace Gyre.Observability;

/// <summary>One request, as lists show it.</summary>
public sealed record TraceSummary
{
    /// <summary>The request's id, as the <c>x-request-id</c> header carried it.</summary>
    public required string Id { get; init; }

    /// <summary>The distributed trace it belongs to: 32 lowercase hexadecimal digits.</summary>
    public required string TraceId { get; init; }

    /// <summary>What was done, for example <c>chat</c>.</summary>
    public required string Operation { get; init; }

    /// <summary>The route that was called.</summary>
    public required string Route { get; init; }

    /// <summary>The model that was asked for; empty when the request failed before it was read.</summary>
    public required string Model { get; init; }

    /// <summary>The model that answered; empty when none did.</summary>
    public required string ResponseModel { get; init; }

    /// <summary>How it ended.</summary>
    public required TraceStatus Status { get; init; }

    /// <summary>The HTTP status; 0 outside HTTP requests.</summary>
    public required int HttpStatus { get; init; }

    /// <summary>The error's code; empty when there was none.</summary>
    public required string ErrorType { get; init; }

    /// <summary>The error in words; empty when there was none.</summary>
    public required string ErrorMessage { get; init; }

    /// <summary>Whether the answer was streamed.</summary>
    public required bool IsStreamed { get; init; }

    /// <summary>When it arrived.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>From its arrival to its end.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>From its arrival to the first token; null when there was none.</summary>
    public required TimeSpan? TimeToFirstToken { get; init; }

    /// <summary>Tokens of the prompt.</summary>
    public required int InputTokens { get; init; }

    /// <summary>Tokens generated.</summary>
    public required int OutputTokens { get; init; }

    /// <summary>Prompt tokens read from a cache.</summary>
    public required int CachedTokens { get; init; }

    /// <summary>Why each answer ended.</summary>
    public required IReadOnlyList<string> FinishReasons { get; init; }

    /// <summary>The caller's name for its end user; empty when it gave none.</summary>
    public required string User { get; init; }
}
