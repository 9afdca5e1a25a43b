using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace Gyre.Models;

/// <summary>Checks JSON from outside before anyone looks into it.</summary>
/// <remarks>
/// The framework decodes names and strings when they are first asked for, and throws only then, far from the file. What
/// passes here can be decoded everywhere.
/// </remarks>
internal static class UntrustedJson
{
    private const int EscapeLength = 6;

    /// <summary>The text as one object, or null when it is JSON of another kind.</summary>
    /// <remarks>Errors: <see cref="JsonException"/>, with its line, for text that is not JSON, names that occur twice, deeper nesting, and half a surrogate pair.</remarks>
    public static JsonObject? ParseObject(string json, int maxDepth)
    {
        var utf8 = Encoding.UTF8.GetBytes(json);
        var half = IndexOfHalfPair(utf8);
        if (half >= 0)
        {
            throw new JsonException($"It has {HalfPairAt(half)}.", path: null, utf8.AsSpan(0, half).Count((byte)'\n'), bytePositionInLine: null);
        }

        var options = new JsonDocumentOptions { MaxDepth = maxDepth, AllowDuplicateProperties = false };
        return JsonNode.Parse(utf8, documentOptions: options) as JsonObject;
    }

    /// <summary>What makes the bytes impossible to decode, in words that follow "it has"; null when nothing does.</summary>
    public static string? FaultOf(ReadOnlySpan<byte> utf8)
    {
        if (!Utf8.IsValid(utf8))
        {
            return "bytes that are not UTF-8";
        }

        var half = IndexOfHalfPair(utf8);
        return half >= 0 ? HalfPairAt(half) : null;
    }

    private static string HalfPairAt(int at) => $"half a surrogate pair at byte {at}";

    // JSON's grammar allows "\ud800" alone. A backslash stands only in strings and always before what it escapes.
    private static int IndexOfHalfPair(ReadOnlySpan<byte> utf8)
    {
        for (var at = 0; utf8[at..].IndexOf((byte)'\\') is var skipped and >= 0;)
        {
            at += skipped;
            var unit = EscapedUnit(utf8[at..]);
            if (char.IsLowSurrogate(unit) || (char.IsHighSurrogate(unit) && !char.IsLowSurrogate(EscapedUnit(utf8[(at + EscapeLength)..]))))
            {
                return at;
            }

            at = Math.Min(utf8.Length, at + (char.IsHighSurrogate(unit) ? 2 * EscapeLength : 2));
        }

        return -1;
    }

    /// <summary>The unit of an escape such as <c>\u00e9</c> at the start, or U+0000 when there is none.</summary>
    private static char EscapedUnit(ReadOnlySpan<byte> utf8) =>
        utf8.Length >= EscapeLength && utf8[0] == '\\' && utf8[1] == 'u'
        && ushort.TryParse(utf8.Slice(2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit) ? (char)unit : '\0';
}
