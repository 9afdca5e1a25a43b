using System.Text.Json;

namespace Gyre.Registry.Datasets;

/// <summary>Finds texts in rows, whatever the case of their letters.</summary>
internal static class RowSearch
{
    public static bool Has(ReadOnlyMemory<byte> line, string text)
    {
        using var json = JsonDocument.Parse(line);
        return Has(json.RootElement, text);
    }

    private static bool Has(JsonElement value, string text) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().Any(member => Has(member.Value, text)),
        JsonValueKind.Array => value.EnumerateArray().Any(item => Has(item, text)),
        JsonValueKind.String => value.GetString()!.Contains(text, StringComparison.OrdinalIgnoreCase), // The kind says that there is one.
        JsonValueKind.Number => value.GetRawText().Contains(text, StringComparison.Ordinal),
        _ => false,
    };
}
