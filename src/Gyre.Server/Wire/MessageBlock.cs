using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gyre.Server.Wire;

/// <summary>A piece of a message: text, or a call.</summary>
[Description("A piece of a message: text, or a call of a tool.")]
internal sealed record MessageBlock
{
    [Description("text or tool_use.")]
    public required string Type { get; init; }

    [Description("The text.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Text { get; init; }

    [Description("The call's id, which the tool_result repeats as tool_use_id.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Id { get; init; }

    [Description("The tool.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Name { get; init; }

    [Description("The call's arguments, an object.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Input { get; init; }
}
