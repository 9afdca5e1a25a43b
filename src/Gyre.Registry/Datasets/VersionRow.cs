using System.Globalization;
using System.Text.Json;
using Gyre.Storage;

namespace Gyre.Registry.Datasets;

/// <summary>A version as the tables hold it.</summary>
internal sealed class VersionRow
{
    private const string Select = """
        SELECT v.id AS Id, d.name AS Name, v.number AS Number, v.digest AS Digest, v.blob AS Blob, v.row_count AS Rows,
               v.length_bytes AS LengthBytes, v.schema AS Schema, v.source AS Source, v.licence AS Licence, v.note AS Note,
               v.tags AS Tags, v.created_at AS CreatedAt, v.created_by AS CreatedBy, r.reason AS Deprecation,
               (SELECT group_concat(l.label, ' ') FROM (SELECT label FROM dataset_labels WHERE version_id = v.id ORDER BY label) l) AS Labels
        FROM dataset_versions v JOIN datasets d ON d.id = v.dataset_id LEFT JOIN dataset_deprecations r ON r.version_id = v.id
        """;

    public long Id { get; set; }

    public string Name { get; set; } = "";

    public long Number { get; set; }

    public string Digest { get; set; } = "";

    public string Blob { get; set; } = "";

    public long Rows { get; set; }

    public long LengthBytes { get; set; }

    public string Schema { get; set; } = "";

    public string Source { get; set; } = "";

    public string Licence { get; set; } = "";

    public string Note { get; set; } = "";

    public string Tags { get; set; } = "";

    public string CreatedAt { get; set; } = "";

    public string CreatedBy { get; set; } = "";

    public string? Deprecation { get; set; }

    public string? Labels { get; set; }

    /// <summary>The versions that a condition on <c>v</c> and <c>d</c> leaves, in the order given.</summary>
    public static IReadOnlyList<DatasetVersion> Query(DatabaseSession session, string condition, object parameters) =>
        [.. session.Query<VersionRow>($"{Select} {condition}", parameters).Select(row => row.ToVersion())];

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    public static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private DatasetVersion ToVersion() => new()
    {
        Id = Id,
        Name = Name,
        Number = Number,
        Digest = Digest,
        Blob = Blob,
        Rows = Rows,
        LengthBytes = LengthBytes,
        Schema = JsonSerializer.Deserialize(Schema, RegistryJson.Default.IReadOnlyListDatasetColumn)!, // Written by this room, never null.
        Source = JsonSerializer.Deserialize(Source, RegistryJson.Default.DatasetSource)!,
        Licence = Licence,
        Note = Note,
        Tags = JsonSerializer.Deserialize(Tags, RegistryJson.Default.IReadOnlyListString)!,
        Labels = Labels is null ? [] : Labels.Split(' '),
        Deprecation = Deprecation,
        CreatedAt = Time(CreatedAt),
        CreatedBy = CreatedBy,
    };
}
