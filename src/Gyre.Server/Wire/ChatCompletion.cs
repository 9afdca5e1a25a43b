using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Gyre.Server.Wire;

/// <summary>The answer to a chat request.</summary>
[Description("The answer to a chat request.")]
internal sealed record ChatCompletion
{
    [Description("The answer's id.")]
    public required string Id { get; init; }

    [Description("Always chat.completion.")]
    public string Object { get; init; } = "chat.completion";

    [Description("When it was created. Seconds since 1970-01-01T00:00:00Z.")]
    public required long Created { get; init; }

    [Description("The alias that answered.")]
    public required string Model { get; init; }

    [Description("One entry a choice.")]
    public required IReadOnlyList<Choice> Choices { get; init; }

    [Description("Tokens used.")]
    public required Usage Usage { get; init; }

    [Description("Always default.")]
    public string ServiceTier { get; init; } = "default";

    [Description("Names the weights that answered; equal seeds give equal answers while it stays the same.")]
    public required string SystemFingerprint { get; init; }

    [Description("One of the answers.")]
    internal sealed record Choice
    {
        [Description("Its number, from 0.")]
        public required int Index { get; init; }

        [Description("The answer.")]
        public required Answer Message { get; init; }

        [Description("Log-probabilities, when asked for.")]
        public required ChatLogprobs? Logprobs { get; init; }

        [Description("Why it ended: stop, length or tool_calls.")]
        public required string FinishReason { get; init; }
    }

    [Description("The assistant's message.")]
    internal sealed record Answer
    {
        [Description("Always assistant.")]
        public string Role { get; init; } = "assistant";

        [Description("The text; null when the answer is nothing but calls.")]
        public required string? Content { get; init; }

        [Description("The functions to call; absent when there are none.")]
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public IReadOnlyList<ChatToolCall>? ToolCalls { get; init; }

        [Description("Always null: this engine writes no refusal texts of its own.")]
        public string? Refusal { get; init; }

        [Description("Always empty.")]
        public IReadOnlyList<string> Annotations { get; init; } = [];
    }
}
