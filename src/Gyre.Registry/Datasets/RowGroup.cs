using System.Buffers;
using System.Text;
using System.Text.Json;
using Gyre.Contracts;

namespace Gyre.Registry.Datasets;

/// <summary>The value of a column of a row.</summary>
internal static class RowGroup
{
    /// <summary>A text as it is, anything else as its canonical JSON; null when the row has no value there.</summary>
    public static string? ValueOf(JsonElement row, string column) => Find(row, column) is not { } value ? null : value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => null,
        JsonValueKind.String => value.GetString() is { Length: > 0 } text ? text : null,
        _ => Canonical(value),
    };

    /// <summary>The name under which a schema has a column that a person named: itself, or a fact; null when it has none.</summary>
    public static string? Find(IReadOnlyList<DatasetColumn> schema, string column) =>
        schema.Any(known => known.Name == column) ? column
        : schema.Any(known => known.Name == $"facts.{column}") ? $"facts.{column}"
        : null;

    private static JsonElement? Find(JsonElement row, string column)
    {
        if (row.TryGetProperty(column, out var direct))
        {
            return direct;
        }

        var dot = column.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && row.TryGetProperty(column.AsSpan(0, dot), out var parent) && parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(column.AsSpan(dot + 1), out var inner)
            ? inner
            : null;
    }

    private static string Canonical(JsonElement value)
    {
        var bytes = new ArrayBufferWriter<byte>();
        CanonicalJson.Write(value, bytes);
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }
}
