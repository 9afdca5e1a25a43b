using System.Text.Json.Nodes;
using Gyre.Models.Tools;

namespace Gyre.Models.Templates;

/// <summary>One message of a conversation, as templates see it.</summary>
/// <param name="Role"><c>system</c>, <c>user</c>, <c>assistant</c> or <c>tool</c>.</param>
/// <param name="Content">The text.</param>
/// <param name="Extra">Further fields a template may read, for example <c>name</c>; null when none.</param>
public sealed record ChatTurn(string Role, string Content, JsonObject? Extra = null)
{
    /// <summary>The functions that an assistant's message calls, in order; empty for none.</summary>
    public IReadOnlyList<ToolCall> ToolCalls { get; init; } = [];

    /// <summary>The call that a tool's message answers; null for other messages.</summary>
    public string? ToolCallId { get; init; }
}
