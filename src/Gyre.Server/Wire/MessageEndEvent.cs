using System.ComponentModel;

namespace Gyre.Server.Wire;

/// <summary>The event that says why a streamed message ended.</summary>
[Description("The event message_delta: why the message ended, and the tokens used.")]
internal sealed record MessageEndEvent
{
    [Description("Always message_delta.")]
    public string Type { get; init; } = "message_delta";

    [Description("Why it ended.")]
    public required Ended Delta { get; init; }

    [Description("Tokens used in all.")]
    public required MessageUsage Usage { get; init; }

    [Description("Why a message ended.")]
    internal sealed record Ended
    {
        [Description("end_turn, max_tokens, stop_sequence or tool_use.")]
        public required string StopReason { get; init; }

        [Description("The stop sequence that came.")]
        public required string? StopSequence { get; init; }
    }
}
