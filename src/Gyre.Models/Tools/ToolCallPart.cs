namespace Gyre.Models.Tools;

/// <summary>A piece of an answer that may hold calls.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Text, name or fragment; see <see cref="ToolCallPartKind"/>.</param>
public readonly record struct ToolCallPart(ToolCallPartKind Kind, string Text);
