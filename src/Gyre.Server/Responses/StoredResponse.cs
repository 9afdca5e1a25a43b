namespace Gyre.Server.Responses;

/// <summary>A response as it is kept.</summary>
internal sealed record StoredResponse
{
    public required string Id { get; init; }

    /// <summary>The response that it goes on from; null for the first of a conversation.</summary>
    public required string? PreviousId { get; init; }

    public required bool IsBackground { get; init; }

    /// <summary><c>queued</c>, <c>in_progress</c>, <c>completed</c>, <c>incomplete</c>, <c>failed</c> or <c>cancelled</c>.</summary>
    public required string Status { get; init; }

    /// <summary>The request's own input items, as JSON.</summary>
    public required string Input { get; init; }

    /// <summary>The response, as JSON.</summary>
    public required string Body { get; init; }

    /// <summary>Still being answered.</summary>
    public bool IsRunning => Status is "queued" or "in_progress";
}
