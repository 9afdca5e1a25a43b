using System.Text.Json;

namespace Gyre.Models.Constraints.JsonSchemas;

/// <summary>A schema and where it stands.</summary>
/// <param name="Element">An object or a boolean.</param>
/// <param name="Pointer">A JSON pointer from the root.</param>
internal readonly record struct SchemaNode(JsonElement Element, string Pointer)
{
    public SchemaNode Child(string keyword, JsonElement element) => new(element, PointerTo(keyword));

    public SchemaNode Child(string keyword, string name, JsonElement element) => new(element, $"{PointerTo(keyword)}/{Escape(name)}");

    public SchemaNode Child(string keyword, int index, JsonElement element) => new(element, $"{PointerTo(keyword)}/{index}");

    public string PointerTo(string keyword) => $"{Pointer}/{Escape(keyword)}";

    /// <summary>A keyword's value, when the schema has it.</summary>
    public JsonElement? Find(string keyword) =>
        Element.ValueKind == JsonValueKind.Object && Element.TryGetProperty(keyword, out var value) ? value : null;

    private static string Escape(string name) => name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}
