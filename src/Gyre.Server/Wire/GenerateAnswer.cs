using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Gyre.Server.Wire;

/// <summary>The answer of <c>/generate</c>: whole, or as one event of a stream.</summary>
[Description("The answer of /generate: whole, or as one event of a stream, whose last one carries finish_reason, usage and timings.")]
internal sealed record GenerateAnswer
{
    [Description("The answer's id.")]
    public required string Id { get; init; }

    [Description("The alias that answers.")]
    public required string Model { get; init; }

    [Description("The text; in a stream, the new text.")]
    public required string Text { get; init; }

    [Description("Why it ended: stop or length. In a stream only in the last event.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? FinishReason { get; init; }

    [Description("Tokens used. In a stream only in the last event.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Usage? Usage { get; init; }

    [Description("Where the time went. In a stream only in the last event.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Timings? Timings { get; init; }
}
