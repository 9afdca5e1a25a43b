using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Gyre.Server.Wire;

/// <summary>A call of a function in an answer; in a stream, what the call gained.</summary>
[Description("A call of a function; in a stream, what the call gained: id, type and name first, then pieces of the arguments.")]
internal sealed record ChatToolCall
{
    [Description("In a stream: the call's place among the answer's calls, from 0.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Index { get; init; }

    [Description("The call's id, which the tool's message repeats as tool_call_id.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Id { get; init; }

    [Description("Always function.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Type { get; init; }

    [Description("What is called.")]
    public required Called Function { get; init; }

    [Description("The called function.")]
    internal sealed record Called
    {
        [Description("Its name.")]
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? Name { get; init; }

        [Description("Its arguments: a JSON object as text; in a stream, a piece of it.")]
        public required string Arguments { get; init; }
    }
}
