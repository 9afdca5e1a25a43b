using System.ComponentModel;
using Gyre.Models.Generation;

namespace Gyre.Server.Wire;

/// <summary>Where the time of an answer went.</summary>
[Description("Where the time of an answer went.")]
internal sealed record Timings
{
    [Description("Waiting for a place. Milliseconds.")]
    public required double QueueMs { get; init; }

    [Description("Reading the prompt. Milliseconds.")]
    public required double PromptMs { get; init; }

    [Description("Generating. Milliseconds.")]
    public required double GenerationMs { get; init; }

    [Description("From the request's arrival to the first token. Milliseconds; null when there was none.")]
    public required double? TimeToFirstTokenMs { get; init; }

    [Description("Tokens generated a second of generating; null when it took no measurable time.")]
    public required double? TokensPerSecond { get; init; }

    public static Timings Of(GenerationUsage usage, TimeSpan? timeToFirstToken) => new()
    {
        QueueMs = Milliseconds(usage.Queued),
        PromptMs = Milliseconds(usage.Prompt),
        GenerationMs = Milliseconds(usage.Generation),
        TimeToFirstTokenMs = timeToFirstToken is { } wait ? Milliseconds(wait) : null,
        TokensPerSecond = usage.Generation > TimeSpan.Zero ? Math.Round(usage.CompletionTokens / usage.Generation.TotalSeconds, 2) : null,
    };

    private static double Milliseconds(TimeSpan time) => Math.Round(time.TotalMilliseconds, 3);
}
