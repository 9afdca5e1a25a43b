using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Gyre.Server.Wire;

/// <summary>One event of a streamed chat answer.</summary>
/// <remarks>
/// Written by <see cref="WireJson.Plain"/> when usage was asked for (then <see cref="Usage"/> is present, null but in
/// the last chunk) and by <see cref="WireJson.WithoutNullUsage"/> when it was not (then the key is absent).
/// </remarks>
[Description("One event of a streamed chat answer.")]
internal sealed record ChatChunk
{
    [Description("The answer's id, the same in all its chunks.")]
    public required string Id { get; init; }

    [Description("Always chat.completion.chunk.")]
    public string Object { get; init; } = "chat.completion.chunk";

    [Description("When the answer was created. Seconds since 1970-01-01T00:00:00Z.")]
    public required long Created { get; init; }

    [Description("The alias that answers.")]
    public required string Model { get; init; }

    [Description("Always default.")]
    public string ServiceTier { get; init; } = "default";

    [Description("Names the weights that answer.")]
    public required string SystemFingerprint { get; init; }

    [Description("One entry, or none in the chunk that carries the usage.")]
    public required IReadOnlyList<Choice> Choices { get; init; }

    [Description("Present when stream_options.include_usage is on; null but in the last chunk.")]
    public Usage? Usage { get; init; }

    [Description("What a choice gained.")]
    internal sealed record Choice
    {
        [Description("The choice's number, from 0.")]
        public required int Index { get; init; }

        [Description("What the message gained.")]
        public required Delta Delta { get; init; }

        [Description("Log-probabilities of the chunk's tokens, when asked for.")]
        [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
        public ChatLogprobs? Logprobs { get; init; }

        [Description("Null until the choice's last chunk, then stop, length or tool_calls.")]
        [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
        public string? FinishReason { get; init; }
    }

    [Description("What the message gained.")]
    internal sealed record Delta
    {
        [Description("In the choice's first chunk: assistant.")]
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? Role { get; init; }

        [Description("New text.")]
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? Content { get; init; }

        [Description("What the calls gained.")]
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public IReadOnlyList<ChatToolCall>? ToolCalls { get; init; }
    }
}
