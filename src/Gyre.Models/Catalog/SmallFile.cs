using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gyre.Models.Catalog;

/// <summary>Reads the small text files beside weights, with a limit on their size; every failure is RUN0022.</summary>
internal static class SmallFile
{
    private const long MaxBytes = 64 << 20;
    private const int MaxJsonDepth = 64;

    /// <summary>The whole text.</summary>
    public static string ReadText(string path)
    {
        try
        {
            var length = new FileInfo(path).Length;
            return length <= MaxBytes
                ? File.ReadAllText(path)
                : throw CatalogErrors.Malformed(path, $"it has {length} bytes", $"at most {MaxBytes}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CatalogErrors.Malformed(path, e.Message, "a readable file", e);
        }
    }

    /// <summary>The text as one JSON object.</summary>
    public static JsonObject ReadJson(string path)
    {
        try
        {
            return UntrustedJson.ParseObject(ReadText(path), MaxJsonDepth)
                ?? throw CatalogErrors.Malformed(path, "it is not a JSON object", "a JSON object");
        }
        catch (JsonException e)
        {
            throw CatalogErrors.Malformed(path, $"it is not valid JSON near line {e.LineNumber + 1}", "a JSON object", e);
        }
    }
}
