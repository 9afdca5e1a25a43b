using System.Text.Json;

namespace Gyre.Server.Http;

/// <summary>The names of JSON's kinds, as messages write them.</summary>
internal static class JsonKind
{
    public static string Name(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => "number",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Null => "null",
        _ => "nothing",
    };
}
