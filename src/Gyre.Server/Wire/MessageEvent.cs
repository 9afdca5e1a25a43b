using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Gyre.Server.Wire;

/// <summary>One event of a streamed message.</summary>
[Description("One event of a streamed message: message_start, content_block_start, content_block_delta, content_block_stop, ping or message_stop.")]
internal sealed record MessageEvent
{
    [Description("The event's name.")]
    public required string Type { get; init; }

    [Description("With message_start: the message, still empty.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MessageAnswer? Message { get; init; }

    [Description("The block's number, from 0.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Index { get; init; }

    [Description("With content_block_start: the block, still empty.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MessageBlock? ContentBlock { get; init; }

    [Description("With content_block_delta: what the block gained.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Gained? Delta { get; init; }

    [Description("What a block gained.")]
    internal sealed record Gained
    {
        [Description("text_delta or input_json_delta.")]
        public required string Type { get; init; }

        [Description("More text.")]
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? Text { get; init; }

        [Description("More of the arguments' JSON.")]
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? PartialJson { get; init; }
    }
}
