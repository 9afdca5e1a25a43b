using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Gyre.Evaluation.Benchmarks.Definitions;
using Gyre.Evaluation.Datasets;

namespace Gyre.Evaluation.Benchmarks.Sources;

/// <summary>Reads the records of one benchmark file; plain or gzip, UTF-8, at most 512 MiB.</summary>
internal static class RecordFile
{
    private const long MostBytes = 512L << 20;
    private const int MostDepth = 32;
    private const int MostRecords = 5_000_000;

    /// <summary>Reads a file.</summary>
    /// <exception cref="EvaluationException">EVA0063: the file cannot be read. EVA0064: its content is not of the form that the definition names.</exception>
    public static List<BenchmarkRecord> Read(string path, string subject, SourceRules rules)
    {
        var records = new List<BenchmarkRecord>();
        foreach (var (line, root) in Roots(path, rules))
        {
            IEnumerable<BenchmarkRecord> found = [new BenchmarkRecord([root], path, subject, line, "")];
            foreach (var list in rules.Expand)
            {
                found = found.SelectMany(record => record.Expand(list));
            }

            records.AddRange(found);
            if (records.Count > MostRecords)
            {
                throw Faulty(path, $"it has more than {MostRecords} records");
            }
        }

        return records;
    }

    private static IEnumerable<(long Line, JsonElement Root)> Roots(string path, SourceRules rules)
    {
        var bytes = Load(path);
        if (!Utf8.IsValid(bytes))
        {
            throw Faulty(path, "it is not UTF-8");
        }

        return rules.Format switch
        {
            "jsonl" => Lines(bytes).Select(line => (line.Number, Parse(line.Text, path, line.Number))),
            "json" => Documents(bytes, path, rules),
            "text" => Lines(bytes).Select(line => (line.Number, JsonSerializer.SerializeToElement(new Dictionary<string, string> { ["text"] = Encoding.UTF8.GetString(line.Text.Span) }))),
            _ => Separated(bytes, path, rules),
        };
    }

    private static byte[] Load(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            using Stream stream = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionMode.Decompress) : file;
            using var bounded = new BoundedStream(stream, MostBytes);
            using var memory = new MemoryStream();
            bounded.CopyTo(memory);
            return memory.ToArray();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new EvaluationException("EVA0063", $"Reading a benchmark's data failed: {error.Message} File: {path}. Check the path, its permissions and that the file is whole.", error);
        }
    }

    private static IEnumerable<(long Number, ReadOnlyMemory<byte> Text)> Lines(byte[] bytes)
    {
        var number = 0L;
        var from = bytes.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0;
        while (from < bytes.Length)
        {
            number++;
            var length = bytes.AsSpan(from).IndexOf((byte)'\n');
            var end = length < 0 ? bytes.Length : from + length;
            var line = bytes.AsMemory(from, end - from);
            from = end + 1;
            line = line.Length > 0 && line.Span[^1] == '\r' ? line[..^1] : line;
            if (!line.Span.Trim(" \t"u8).IsEmpty)
            {
                yield return (number, line);
            }
        }
    }

    private static JsonElement Parse(ReadOnlyMemory<byte> json, string path, long line)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = MostDepth });
            return document.RootElement.Clone();
        }
        catch (JsonException error)
        {
            throw Faulty(path, $"line {line} is not JSON (at byte {error.BytePositionInLine})", error);
        }
    }

    private static IEnumerable<(long Line, JsonElement Root)> Documents(byte[] bytes, string path, SourceRules rules)
    {
        var from = bytes.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0;
        var root = Parse(bytes.AsMemory(from), path, 1);
        if (rules.List.Length > 0)
        {
            root = new BenchmarkRecord([root], path, "", 1, "").Element(rules.List) ?? throw Faulty(path, $"it has nothing at '{rules.List}'");
        }

        return root.ValueKind == JsonValueKind.Array ? root.EnumerateArray().Select((element, index) => (index + 1L, element)) : [(1, root)];
    }

    private static List<(long Line, JsonElement Root)> Separated(byte[] bytes, string path, SourceRules rules)
    {
        var faults = new DatasetFaults();
        var head = rules.Header.Length == 0 ? [] : Encoding.UTF8.GetBytes(rules.Header + "\n");
        using var stream = new MemoryStream([.. head, .. bytes]);
        var rows = new List<(long, JsonElement)>();
        foreach (var (line, record) in new SeparatedReader(rules.Format == "tsv" ? '\t' : ',').Read(stream, faults))
        {
            var values = record.Columns.ToDictionary(column => column, column => record.Texts(column, out _)[0], StringComparer.Ordinal);
            rows.Add((line, JsonSerializer.SerializeToElement(values)));
        }

        faults.ThrowIfAny(path);
        return rows;
    }

    private static EvaluationException Faulty(string path, string found, Exception? error = null) =>
        new("EVA0064", $"Reading a benchmark's data failed: {found}. File: {path}. Compare it with the form that the benchmark's definition names.", error);
}
