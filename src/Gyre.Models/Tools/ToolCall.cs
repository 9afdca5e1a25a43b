namespace Gyre.Models.Tools;

/// <summary>A call of a function, as an assistant's message carries it.</summary>
/// <param name="Id">Joins the call with its result.</param>
/// <param name="Name">The function.</param>
/// <param name="Arguments">A JSON object, as text.</param>
public sealed record ToolCall(string Id, string Name, string Arguments);
