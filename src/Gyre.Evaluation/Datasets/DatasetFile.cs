using System.Globalization;
using System.IO.Compression;
using Gyre.Contracts;

namespace Gyre.Evaluation.Datasets;

/// <summary>A dataset in a file: JSON Lines, CSV or TSV, plain or gzip, read row by row.</summary>
/// <remarks>
/// Opening reads the file once: it finds every fault (missing columns, ids that are there twice, bytes that are not UTF-8)
/// before anything is asked, and the digest. Each later pass checks that the file is still the same.
/// <para>Cost: 16 bytes of memory a row while opening, for the ids.</para>
/// </remarks>
public sealed class DatasetFile : IDataset
{
    private const long MostUnpackedBytes = 1L << 36;
    private const int MostListedColumns = 12;
    private readonly string _path;
    private readonly DatasetColumns _columns;
    private readonly IRecordReader _reader;
    private readonly HashSet<string> _used;

    private DatasetFile(string path, string name, DatasetColumns columns, IRecordReader reader)
    {
        (_path, Name, _columns, _reader) = (path, name, columns, reader);
        _used = [.. new[] { columns.Id, columns.Prompt, columns.Reference, columns.Task, columns.Subject, columns.Family }.Concat(columns.Facts.Values).SelectMany(column => new[] { column, column.Split('.')[0] })];
        var faults = new DatasetFaults();
        var ids = new HashSet<UInt128>();
        using var digest = new DatasetDigest();
        foreach (var (line, row) in Rows(faults))
        {
            if (!ids.Add(Replies.ReplyKey.Of(row.Id).Digest))
            {
                faults.Add(line, $"the id '{row.Id}' is there already; expected a different one for each row.");
            }

            digest.Add(row);
            RowsWithoutReference += row.Reference.Length == 0 ? 1 : 0;
        }

        faults.ThrowIfAny(path);
        (Count, Digest) = (ids.Count, digest.Finish());
        if (Count == 0)
        {
            throw DatasetFaults.Error(path, ["there are no rows"], 1);
        }
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string Digest { get; }

    /// <inheritdoc/>
    public int Count { get; }

    /// <summary>Rows without a reference, or with an empty one; scorers that need one are undefined there.</summary>
    public int RowsWithoutReference { get; }

    /// <inheritdoc/>
    public string Provenance => _path;

    /// <summary>Opens a file by its ending: <c>.jsonl</c>, <c>.csv</c>, <c>.tsv</c>, each also with <c>.gz</c>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="columns">Which columns make a row.</param>
    /// <param name="name">What tables call it; null for the file's name.</param>
    /// <exception cref="EvaluationException">EVA0030: faults of the content, all of them. EVA0032: the file cannot be read, or its kind is unknown.</exception>
    public static DatasetFile Open(string path, DatasetColumns columns, string? name = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(columns);
        try
        {
            return new DatasetFile(path, name ?? Path.GetFileName(path), columns, ReaderOf(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new EvaluationException("EVA0032", $"Reading a dataset failed: {error.Message} File: {path}. Check the path, its permissions and that the file is whole.", error);
        }
    }

    /// <inheritdoc/>
    public IEnumerable<DatasetRow> Read()
    {
        using var digest = new DatasetDigest();
        var faults = new DatasetFaults();
        foreach (var (_, row) in Rows(faults))
        {
            digest.Add(row);
            yield return row;
        }

        if (digest.Finish() != Digest)
        {
            throw new EvaluationException("EVA0031", $"Reading a dataset failed: the file was changed while it was in use; found other rows than those of version {Digest[..12]}. File: {_path}. Run again: what was answered for equal rows is kept.");
        }
    }

    private static IRecordReader ReaderOf(string path)
    {
        var plain = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path;
        return Path.GetExtension(plain).ToLowerInvariant() switch
        {
            ".jsonl" or ".ndjson" => new JsonLinesReader(),
            ".csv" => new SeparatedReader(','),
            ".tsv" => new SeparatedReader('\t'),
            var ending => throw new EvaluationException("EVA0032", $"Reading a dataset failed: the ending '{ending}' is unknown; expected .jsonl, .csv or .tsv, plain or with .gz. File: {path}. Convert the file, or name it after what it is."),
        };
    }

    private IEnumerable<(long Line, DatasetRow Row)> Rows(DatasetFaults faults)
    {
        using var file = File.OpenRead(_path);
        using Stream stream = _path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)
            ? new BoundedStream(new GZipStream(file, CompressionMode.Decompress), MostUnpackedBytes)
            : file;
        var number = 0;
        foreach (var (line, record) in _reader.Read(stream, faults))
        {
            number++;
            if (ToRow(record, line, number, faults) is { } row)
            {
                yield return (line, row);
            }
        }
    }

    private DatasetRow? ToRow(IRecord record, long line, int number, DatasetFaults faults)
    {
        if (!record.Has(_columns.Prompt))
        {
            faults.Add(line, $"the column '{_columns.Prompt}' (the prompt) is missing; found {string.Join(", ", record.Columns.Take(MostListedColumns))}.");
            return null;
        }

        var facts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (fact, column) in _columns.Facts)
        {
            if (!record.Has(column))
            {
                faults.Add(line, $"the column '{column}' (the fact '{fact}') is missing; found {string.Join(", ", record.Columns.Take(MostListedColumns))}.");
            }

            AddFacts(facts, fact, Texts(column));
        }

        if (_columns.KeepsOthers)
        {
            AddOthers(record, line, facts, faults);
        }

        var references = Texts(_columns.Reference);
        AddFacts(facts, FactKeys.ReferencePrefix.TrimEnd('.'), [.. references.Skip(1)], first: 2);
        var prompt = Single(_columns.Prompt) ?? "";
        if (string.IsNullOrWhiteSpace(prompt))
        {
            faults.Add(line, $"the column '{_columns.Prompt}' (the prompt) is empty; expected text.");
        }

        return new DatasetRow(
            Single(_columns.Id) ?? number.ToString(CultureInfo.InvariantCulture),
            Single(_columns.Task) ?? "default",
            prompt,
            references.Count == 0 ? "" : references[0],
            facts,
            Single(_columns.Family) ?? "",
            Single(_columns.Subject) ?? "");

        IReadOnlyList<string> Texts(string column)
        {
            var texts = record.Texts(column, out var fault);
            if (fault is not null)
            {
                faults.Add(line, $"the column '{column}' {fault}");
            }

            return texts;
        }

        string? Single(string column)
        {
            var texts = Texts(column);
            if (texts.Count > 1)
            {
                faults.Add(line, $"the column '{column}' holds {texts.Count} texts; expected one.");
            }

            return texts.Count == 0 ? null : texts[0];
        }
    }

    /// <summary>Columns that no part of a row is taken from.</summary>
    private void AddOthers(IRecord record, long line, Dictionary<string, string> facts, DatasetFaults faults)
    {
        foreach (var (column, texts, fault) in record.Others(_used))
        {
            if (fault is not null)
            {
                faults.Add(line, $"the column '{column}' {fault}");
            }
            else if (facts.ContainsKey(column))
            {
                faults.Add(line, $"the column '{column}' has the name of a fact that is there already; expected different names.");
            }
            else
            {
                AddFacts(facts, column, texts);
            }
        }
    }

    private static void AddFacts(Dictionary<string, string> facts, string name, IReadOnlyList<string> texts, int first = 1)
    {
        for (var i = 0; i < texts.Count; i++)
        {
            facts[first == 1 && texts.Count == 1 ? name : $"{name}.{first + i}"] = texts[i];
        }
    }
}
