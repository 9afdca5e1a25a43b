using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Gyre.Server.Wire;

/// <summary>The continuation of one or more prompts, whole or as one event of a stream.</summary>
[Description("The continuation of one or more prompts, whole or as one event of a stream.")]
internal sealed record Completion
{
    [Description("The answer's id, the same in all events of a stream.")]
    public required string Id { get; init; }

    [Description("Always text_completion.")]
    public string Object { get; init; } = "text_completion";

    [Description("When it was created. Seconds since 1970-01-01T00:00:00Z.")]
    public required long Created { get; init; }

    [Description("The alias that answered.")]
    public required string Model { get; init; }

    [Description("Names the weights that answered.")]
    public required string SystemFingerprint { get; init; }

    [Description("One entry a prompt and choice: the choices of the first prompt, then those of the second, and so on.")]
    public required IReadOnlyList<Choice> Choices { get; init; }

    [Description("Tokens used. In a stream: present when stream_options.include_usage is on, null but in the last event.")]
    public Usage? Usage { get; init; }

    [Description("One continuation.")]
    internal sealed record Choice
    {
        [Description("Its text; with echo, the prompt's text before it.")]
        public required string Text { get; init; }

        [Description("Its number, from 0.")]
        public required int Index { get; init; }

        [Description("Log-probabilities, when asked for.")]
        [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
        public CompletionLogprobs? Logprobs { get; init; }

        [Description("Why it ended: stop or length; in a stream null until the choice's last event.")]
        [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
        public string? FinishReason { get; init; }
    }
}
