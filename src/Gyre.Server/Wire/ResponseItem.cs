using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Gyre.Server.Wire;

/// <summary>An item of a response's input or output: a message, a call, or a call's result.</summary>
[Description("An item: a message, a function_call, or a function_call_output.")]
internal sealed record ResponseItem
{
    [Description("message, function_call or function_call_output.")]
    public required string Type { get; init; }

    [Description("The item's id.")]
    public required string Id { get; init; }

    [Description("in_progress, completed or incomplete.")]
    public required string Status { get; init; }

    [Description("Of a message: who speaks.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Role { get; init; }

    [Description("Of a message: its parts.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ResponsePart>? Content { get; init; }

    [Description("Joins a call with its output.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? CallId { get; init; }

    [Description("Of a call: the function.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Name { get; init; }

    [Description("Of a call: a JSON object as text.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Arguments { get; init; }

    [Description("Of a call's output: its text.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Output { get; init; }
}
