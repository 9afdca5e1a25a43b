using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Gyre.Training.Curation.Records;

namespace Gyre.Training.Curation.Import;

/// <summary>Reads the records of sources, one after another; nothing but the record at hand is in memory.</summary>
internal sealed class RecordImport(IVersionSource? versions, bool allowsUnknownLicence, bool dropsFaulty)
{
    private const long MostUnpackedBytes = 1L << 38;
    private const int MostDepth = 32;
    private static readonly JsonDocumentOptions Json = new() { MaxDepth = MostDepth };
    private readonly List<SourceFile> _files = [];

    /// <summary>Records that cannot be used.</summary>
    public ImportFaults Faults { get; } = new(dropsFaulty);

    /// <summary>What was read so far, with digests.</summary>
    public IReadOnlyList<SourceFile> Files => _files;

    /// <summary>The records of a source.</summary>
    /// <exception cref="TrainingException">
    /// TRN0500: a file cannot be found or read. TRN0501: faulty records, all of them, once the list is full; the caller asks <see cref="Faults"/> at the end.
    /// TRN0502: the source is a version, and there is no registry to open it.
    /// </exception>
    public async IAsyncEnumerable<CurationRecord> ReadAsync(CurationSource source, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var left = source.Most;
        if (source.Dataset.Length > 0)
        {
            if (versions is null)
            {
                throw new TrainingException("TRN0502", $"Importing the source '{source.Name}' failed: it is the dataset '{source.Dataset}', and no registry of datasets was given. Export the version to a file, or run 'gyre datasets build', which has one.");
            }

            var version = await versions.OpenAsync(source.Dataset, cancellationToken);
            foreach (var record in Count(Rows(source, version), source.Name, version.Reference, () => version.Digest))
            {
                if (left-- == 0)
                {
                    yield break;
                }

                yield return record;
            }
        }

        foreach (var (path, name) in source.Files.SelectMany(pattern => FilePattern.Find(source.Name, pattern)))
        {
            foreach (var record in FileRecords(source, path, name))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (left-- == 0)
                {
                    yield break;
                }

                yield return record;
            }
        }
    }

    private IEnumerable<CurationRecord> FileRecords(CurationSource source, string path, string name)
    {
        using var hashed = new HashedStream(Guard(path, () => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan)));
        var isPacked = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
        using var stream = new GuardedStream(isPacked ? new GZipStream(hashed, CompressionMode.Decompress, leaveOpen: true) : hashed, path, MostUnpackedBytes);
        foreach (var record in Count(Records(source, stream, path, name), source.Name, name, Finish))
        {
            yield return record;
        }

        string Finish()
        {
            if (isPacked)
            {
                PackedFile.RequireWhole(path, stream.Position);
            }

            return hashed.Finish();
        }
    }

    private IEnumerable<CurationRecord> Count(IEnumerable<CurationRecord> records, string source, string file, Func<string> digest)
    {
        var (count, isWhole) = (0L, false);
        try
        {
            foreach (var record in records)
            {
                count++;
                yield return record;
            }

            isWhole = true;
        }
        finally
        {
            _files.Add(new SourceFile(source, file, isWhole ? digest() : "", count));
        }
    }

    private IEnumerable<CurationRecord> Records(CurationSource source, Stream stream, string path, string name)
    {
        void Fault(long line, string fault) => Faults.Add(name, line, fault);
        switch (FormatOf(source, path))
        {
            case SourceFormat.JsonLines:
                return JsonRecords(source, stream, name);
            case SourceFormat.Csv:
                return Separated(',');
            case SourceFormat.Tsv:
                return Separated('\t');
            default:
                return TextRecords.Read(stream, source.Unit, Fault).Select(text => Complete(new CurationRecord { Shape = RecordShape.Text, Parts = [new RecordPart("text", text.Text)], Origin = new RecordOrigin("", "", 0, "") }, source, name, text.Line, "")).OfType<CurationRecord>();
        }

        IEnumerable<CurationRecord> Separated(char separator)
        {
            foreach (var (line, values) in SeparatedRecords.Read(stream, separator, Fault))
            {
                if (ToRecord(JsonSerializer.SerializeToElement(values.ToDictionary(StringComparer.Ordinal)), source, name, line, "") is { } record)
                {
                    yield return record;
                }
            }
        }
    }

    private IEnumerable<CurationRecord> JsonRecords(CurationSource source, Stream stream, string name)
    {
        foreach (var (number, line) in ByteLines.Read(stream, number => Faults.Add(name, number, $"has more than {ByteLines.MostBytes} bytes; a record is expected to be shorter.")))
        {
            if (!line.Span.Trim(" \t"u8).IsEmpty && ToRecord(line, source, name, number, "") is { } record)
            {
                yield return record;
            }
        }
    }

    private IEnumerable<CurationRecord> Rows(CurationSource source, VersionRows version)
    {
        var number = 0L;
        foreach (var row in version.Rows)
        {
            number++;
            if (ToRecord(row, source, version.Reference, number, version.Licence) is { } record)
            {
                yield return record;
            }
        }
    }

    /// <summary>A record out of one JSON object; a fault is noted and gives null.</summary>
    public CurationRecord? ToRecord(ReadOnlyMemory<byte> json, CurationSource source, string file, long line, string licence)
    {
        if (!Utf8.IsValid(json.Span))
        {
            Faults.Add(file, line, "is not UTF-8; expected one encoding, UTF-8, in the whole file.");
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(json, Json);
            return ToRecord(document.RootElement, source, file, line, licence);
        }
        catch (JsonException error)
        {
            Faults.Add(file, line, $"is not a JSON object of at most {MostDepth} levels (at byte {error.BytePositionInLine}).");
            return null;
        }
    }

    private CurationRecord? ToRecord(JsonElement json, CurationSource source, string file, long line, string licence)
    {
        // A row that an earlier build wrote carries its own origin and licence.
        var own = json.ValueKind == JsonValueKind.Object && source.Columns.Licence.Length == 0 && json.TryGetProperty("licence", out var said) && said.ValueKind == JsonValueKind.String && IsText(said, out var text) ? text.Trim() : "";
        if (JsonRecordReader.TryRead(json, source.Columns, out var record, out var fault))
        {
            return Complete(WithFirstOrigin(record, json), source, file, line, own.Length > 0 ? own : licence);
        }

        Faults.Add(file, line, fault);
        return null;
    }

    private CurationRecord? Complete(CurationRecord record, CurationSource source, string file, long line, string otherwise)
    {
        var licence = record.Origin.Licence.Length > 0 ? record.Origin.Licence : otherwise.Length > 0 ? otherwise : source.Licence;
        if (licence.Length == 0 && !allowsUnknownLicence)
        {
            Faults.Add(file, line, $"has no licence; expected one of its own, or 'licence' at the source '{source.Name}', or 'licences: {{unknown: allow}}'.");
            return null;
        }

        return record with { Origin = new RecordOrigin(source.Name, file, line, licence) };
    }

    /// <summary>A record that an earlier build wrote keeps where it was from at first, as the field <c>origin</c>.</summary>
    private static CurationRecord WithFirstOrigin(CurationRecord record, JsonElement json)
    {
        if (record.Fields.ContainsKey("origin") || !json.TryGetProperty("hash", out _)
            || !json.TryGetProperty("source", out var source) || source.ValueKind != JsonValueKind.String || !IsText(source, out var name)
            || !json.TryGetProperty("file", out var file) || file.ValueKind != JsonValueKind.String || !IsText(file, out var path)
            || !json.TryGetProperty("line", out var line) || line.ValueKind != JsonValueKind.Number || !line.TryGetInt64(out var number))
        {
            return record;
        }

        return record with { Fields = new Dictionary<string, string>(record.Fields, StringComparer.Ordinal) { ["origin"] = new RecordOrigin(name, path, number, "").ToString() } };
    }

    private static bool IsText(JsonElement element, out string text)
    {
        try
        {
            text = element.GetString()!; // The kind was looked at.
            return true;
        }
        catch (InvalidOperationException)
        {
            text = ""; // The reader of the record tells the fault.
            return false;
        }
    }

    private static SourceFormat FormatOf(CurationSource source, string path) => source.Format != SourceFormat.ByEnding ? source.Format : FilePattern.EndingOf(path) switch
    {
        ".jsonl" or ".ndjson" => SourceFormat.JsonLines,
        ".csv" => SourceFormat.Csv,
        ".tsv" => SourceFormat.Tsv,
        ".txt" or ".md" => SourceFormat.Text,
        var ending => throw new TrainingException("TRN0500", $"Importing the source '{source.Name}' failed: the ending '{ending}' of '{path}' is unknown; expected .jsonl, .ndjson, .csv, .tsv, .txt or .md, plain or with .gz. Name the format in the recipe: 'format: jsonl'."),
    };

    private static T Guard<T>(string path, Func<T> open)
    {
        try
        {
            return open();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, error);
        }
    }

    internal static TrainingException Unreadable(string path, Exception error) => new(
        "TRN0500", $"Importing records failed: '{path}' cannot be read: {error.Message} Check the path, its permissions and that the file is whole.", error);
}
