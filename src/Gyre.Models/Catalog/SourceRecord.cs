using System.Text.Json;
using Gyre.Models.Weights;

namespace Gyre.Models.Catalog;

/// <summary>What a model folder was fetched from, file by file: <c>gyre-source.json</c> beside the weights.</summary>
internal sealed record SourceRecord(string Source, string? Revision, string? Commit, Dictionary<string, SourceRecord.Entry> Files)
{
    /// <summary>The record's own name in the folder.</summary>
    public const string FileName = "gyre-source.json";

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { WriteIndented = true, MaxDepth = 8 };

    /// <summary>The record of a folder, or null when there is none.</summary>
    public static SourceRecord? Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            var record = JsonSerializer.Deserialize<SourceRecord>(SmallFile.ReadText(path), Options);
            return record is { Source: not null, Files: not null } && record.Files.Values.All(entry => entry?.Sha256 is not null)
                ? record
                : throw CatalogErrors.Malformed(path, "it lacks fields", "source and files");
        }
        catch (JsonException e)
        {
            throw CatalogErrors.Malformed(path, "it is not valid JSON", "what 'gyre pull' wrote", e);
        }
    }

    /// <summary>Writes the record as a whole.</summary>
    public void Write(string folder)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(this, Options);
        AtomicFile.Write(Path.Combine(folder, FileName), bytes.Length, stream => stream.Write(bytes));
    }

    /// <summary>One fetched file.</summary>
    internal sealed record Entry(long LengthBytes, string Sha256, bool IsVerified, string? Validator);
}
