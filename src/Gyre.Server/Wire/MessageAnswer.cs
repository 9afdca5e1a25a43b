using System.ComponentModel;

namespace Gyre.Server.Wire;

/// <summary>The answer to a messages request.</summary>
[Description("The assistant's message.")]
internal sealed record MessageAnswer
{
    [Description("The message's id.")]
    public required string Id { get; init; }

    [Description("Always message.")]
    public string Type { get; init; } = "message";

    [Description("Always assistant.")]
    public string Role { get; init; } = "assistant";

    [Description("The alias that answered.")]
    public required string Model { get; init; }

    [Description("Text and calls, in order.")]
    public required IReadOnlyList<MessageBlock> Content { get; init; }

    [Description("Why it ended: end_turn, max_tokens, stop_sequence or tool_use; null in the first event of a stream.")]
    public required string? StopReason { get; init; }

    [Description("The stop sequence that came.")]
    public required string? StopSequence { get; init; }

    [Description("Tokens used.")]
    public required MessageUsage Usage { get; init; }
}
