using System.Text.Json.Nodes;

namespace Gyre.Models.Templates;

/// <summary>One message of a conversation, as templates see it.</summary>
/// <param name="Role"><c>system</c>, <c>user</c>, <c>assistant</c> or <c>tool</c>.</param>
/// <param name="Content">The text.</param>
/// <param name="Extra">Further fields a template may read, for example <c>tool_calls</c> or <c>name</c>; null when none.</param>
public sealed record ChatTurn(string Role, string Content, JsonObject? Extra = null);
