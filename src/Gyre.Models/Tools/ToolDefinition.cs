using System.Text.Json.Nodes;

namespace Gyre.Models.Tools;

/// <summary>A function that a model may call.</summary>
/// <param name="Name">Its name: letters, digits, <c>_</c> and <c>-</c>.</param>
/// <param name="Description">What it does, for the model; empty for none.</param>
/// <param name="Parameters">The JSON schema of its arguments, an object's; null when it takes none.</param>
public sealed record ToolDefinition(string Name, string Description, JsonObject? Parameters)
{
    /// <summary>The arguments follow the schema exactly; a schema that cannot be enforced is refused.</summary>
    public bool IsStrict { get; init; }

    /// <summary>What holds the schema, for errors: a parameter of a request, or the function's name.</summary>
    public string Place { get; init; } = "";
}
