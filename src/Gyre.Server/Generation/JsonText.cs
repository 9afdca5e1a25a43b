using System.Text.Json;
using System.Text.Json.Nodes;
using Gyre.Server.Parameters;

namespace Gyre.Server.Generation;

/// <summary>JSON inside a request that is kept or handed on as JSON.</summary>
internal static class JsonText
{
    /// <summary>Escapes only what JSON itself demands.</summary>
    public static JsonSerializerOptions Relaxed { get; } = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A value of the request as a tree of its own; a text in it that is none is a fault.</summary>
    public static bool TryRead(JsonElement value, string place, RequestFaults faults, out JsonNode? node)
    {
        try
        {
            // Through text and back: every string is decoded here, and not later where nobody can name its place.
            node = Copy(value);
            return true;
        }
        catch (InvalidOperationException)
        {
            faults.Add(RequestReader.WrongType, place, $"'{place}' holds an unpaired surrogate or bytes that are not UTF-8; expected text.");
            node = null;
            return false;
        }
    }

    /// <summary>Reads a text that must be a JSON object.</summary>
    public static bool IsObject(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 64, AllowDuplicateProperties = false });
            return document.RootElement.ValueKind == JsonValueKind.Object && TryRead(document.RootElement, "", new RequestFaults(), out _);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static JsonNode? Copy(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => new JsonObject(value.EnumerateObject().Select(field => KeyValuePair.Create(field.Name, Copy(field.Value)))),
        JsonValueKind.Array => new JsonArray([.. value.EnumerateArray().Select(Copy)]),
        JsonValueKind.String => JsonValue.Create(value.GetString()),
        JsonValueKind.Null => null,
        _ => JsonValue.Create(value.Clone()),
    };
}
