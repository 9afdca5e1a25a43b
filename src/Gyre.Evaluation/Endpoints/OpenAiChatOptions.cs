namespace Gyre.Evaluation.Endpoints;

/// <summary>How answers are asked of a server with OpenAI's chat completions endpoint.</summary>
public sealed record OpenAiChatOptions
{
    /// <summary>The model's name there; a call may name another.</summary>
    public required string Model { get; init; }

    /// <summary>The endpoint; beside the client's base address when relative.</summary>
    public Uri Endpoint { get; init; } = new("v1/chat/completions", UriKind.Relative);

    /// <summary>True to bound answers by <c>max_completion_tokens</c>, which some services want instead of <c>max_tokens</c>.</summary>
    public bool UsesCompletionTokens { get; init; }

    /// <summary>Times that a request is sent when the server is busy (429, 500, 502, 503, 504) or the connection breaks, 1 to 10.</summary>
    public int Attempts { get; init; } = 3;

    /// <summary>The wait before the second attempt; doubled for each further one, unless the server names one.</summary>
    public TimeSpan FirstWait { get; init; } = TimeSpan.FromSeconds(1);

    internal void Require()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Model);
        ArgumentOutOfRangeException.ThrowIfLessThan(Attempts, 1, nameof(Attempts));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Attempts, 10, nameof(Attempts));
    }
}
