using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Gyre.Server.Wire;

/// <summary>A part of a message in a response.</summary>
[Description("A part of a message.")]
internal sealed record ResponsePart
{
    [Description("input_text or output_text.")]
    public required string Type { get; init; }

    [Description("The text.")]
    public required string Text { get; init; }

    [Description("Of output_text: always empty.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Annotations { get; init; }

    [Description("Of output_text: log-probabilities of its tokens, where they were asked for.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ChatLogprobs.Token>? Logprobs { get; init; }
}
