using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Gyre.Training.Curation.Import;

namespace Gyre.Training.Examples;

/// <summary>Examples in files: JSON Lines, tables under a head line, plain text; one file, those of a folder, or those that a pattern names.</summary>
/// <remarks>
/// What a row may hold is <see cref="ExampleReader"/>'s. Files are read line by line, through the curation's import: what a packed
/// file unfolds to is bounded, and one that was cut off is an error; nothing but the document at hand is in memory.
/// </remarks>
internal static class ExampleFile
{
    /// <summary>The most bytes that a packed file may unfold to.</summary>
    public const long MostUnpackedBytes = 1L << 34;

    /// <summary>The most characters of one document of a text file.</summary>
    private const int MostCharacters = ByteLines.MostBytes;

    /// <summary>The examples of a file, in its order; of several files, in ordinal order of their paths.</summary>
    /// <param name="path">
    /// A file: <c>.jsonl</c>, <c>.ndjson</c>, <c>.csv</c>, <c>.tsv</c>, <c>.txt</c>, <c>.md</c>, each also with <c>.gz</c>; a folder, of which
    /// all such files are read; or a pattern with <c>*</c>, <c>?</c> and <c>**</c> (any folders between).
    /// </param>
    /// <param name="task">The task of examples that name none.</param>
    /// <param name="separator">What parts the documents of a text file.</param>
    /// <param name="faults">Receives what is wrong with single rows.</param>
    /// <param name="mostBytes">The most bytes that a packed file may unfold to.</param>
    /// <remarks>Errors: TRN0303 a file cannot be read, is cut off or unfolds to more than that, or its kind is unknown.</remarks>
    public static IEnumerable<TrainingExample> Read(string path, string task, string separator, ExampleFaults faults, long mostBytes = MostUnpackedBytes)
    {
        if (!File.Exists(path) && !Directory.Exists(path) && !path.AsSpan().ContainsAny('*', '?'))
        {
            throw Unreadable(path, "it does not exist", null);
        }

        return Found(path).SelectMany(file => Told(Examples(file.Path, file.Name, task, separator, faults, mostBytes), file.Path));
    }

    private static IReadOnlyList<(string Path, string Name)> Found(string path)
    {
        try
        {
            var files = FilePattern.Find("examples", path);
            var unknown = files.FirstOrDefault(file => FilePattern.EndingOf(file.Path) is not (".jsonl" or ".ndjson" or ".csv" or ".tsv" or ".txt" or ".md"));
            return unknown.Path is null
                ? files
                : throw Unreadable(unknown.Path, $"the ending '{FilePattern.EndingOf(unknown.Path)}' is unknown; expected .jsonl, .csv, .tsv, .txt or .md, plain or with .gz", null);
        }
        catch (TrainingException error) when (error.Code == "TRN0500")
        {
            throw Unreadable(path, "it names no file that can be read (.jsonl, .csv, .tsv, .txt or .md, plain or with .gz), or cannot be listed", error);
        }
    }

    private static IEnumerable<TrainingExample> Examples(string path, string name, string task, string separator, ExampleFaults faults, long mostBytes)
    {
        var isPacked = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
        using var file = OpenRead(path);
        using var stream = new GuardedStream(isPacked ? new GZipStream(file, CompressionMode.Decompress) : file, path, isPacked ? mostBytes : long.MaxValue);
        var examples = FilePattern.EndingOf(path) switch
        {
            ".jsonl" or ".ndjson" => Lines(stream, path, name, task, faults),
            ".csv" => Table(stream, ',', path, name, task, faults),
            ".tsv" => Table(stream, '\t', path, name, task, faults),
            _ => Texts(stream, path, name, task, separator, faults),
        };
        foreach (var example in examples)
        {
            yield return example;
        }

        if (isPacked)
        {
            PackedFile.RequireWhole(path, stream.Position);
        }
    }

    private static IEnumerable<TrainingExample> Lines(Stream stream, string path, string name, string task, ExampleFaults faults)
    {
        foreach (var (number, line) in LinesOf(stream, path, name, faults))
        {
            if (!string.IsNullOrWhiteSpace(line) && ExampleReader.Parse(line, task, $"{name}:{number}", faults) is { } example)
            {
                yield return example;
            }
        }
    }

    private static IEnumerable<TrainingExample> Table(Stream stream, char separator, string path, string name, string task, ExampleFaults faults)
    {
        var isFirst = true;
        foreach (var (line, values) in SeparatedRecords.Read(stream, separator, (line, fault) => faults.Add($"{name}:{line}", fault)))
        {
            if (isFirst && !ExampleReader.CanRead(values.Select(value => value.Key)))
            {
                throw Unreadable(path, $"it has the columns {string.Join(", ", values.Select(value => value.Key).Take(12))}; expected prompt and completion, instruction and output, or text", null);
            }

            isFirst = false;
            var row = JsonSerializer.SerializeToElement(values.ToDictionary(StringComparer.Ordinal));
            if (ExampleReader.Of(row, task, $"{name}:{line}", faults) is { } example)
            {
                yield return example;
            }
        }
    }

    private static IEnumerable<TrainingExample> Texts(Stream stream, string path, string name, string task, string separator, ExampleFaults faults)
    {
        var pending = new StringBuilder();
        var (last, count, isTooLong) = (0L, 0, false);
        foreach (var (number, line) in LinesOf(stream, path, name, faults))
        {
            last = number;
            if (pending.Length + line.Length > MostCharacters)
            {
                // What stood before is forgotten, its end included, so that memory stays bounded.
                isTooLong = true;
                pending.Clear();
            }

            pending.Append(line).Append('\n');
            if (!EndsWith(pending, separator))
            {
                continue;
            }

            pending.Length -= separator.Length;
            if (Take() is { } text)
            {
                yield return text;
            }
        }

        if (Take() is { } end)
        {
            yield return end;
        }

        TrainingExample? Take()
        {
            var text = pending.ToString().Trim();
            pending.Clear();
            var place = $"{name}: document {count + 1}, before line {last + 1}";
            if (isTooLong)
            {
                (isTooLong, count) = (false, count + 1);
                faults.Add(place, $"has more than {MostCharacters:N0} characters; expected shorter documents. Check the separator, or cut the text.");
                return null;
            }

            if (text.Length == 0)
            {
                return null;
            }

            count++;
            return new TrainingExample(task, [], text, place);
        }
    }

    private static bool EndsWith(StringBuilder text, string end)
    {
        if (text.Length < end.Length)
        {
            return false;
        }

        for (var i = 0; i < end.Length; i++)
        {
            if (text[text.Length - end.Length + i] != end[i])
            {
                return false;
            }
        }

        return true;
    }

    private static IEnumerable<(long Number, string Line)> LinesOf(Stream stream, string path, string name, ExampleFaults faults)
    {
        foreach (var (number, bytes) in ByteLines.Read(stream, number => faults.Add($"{name}:{number}", $"has more than {ByteLines.MostBytes:N0} bytes; expected a shorter line.")))
        {
            yield return Utf8.IsValid(bytes.Span)
                ? (number, Encoding.UTF8.GetString(bytes.Span))
                : throw Unreadable(path, $"line {number} is not UTF-8; expected one encoding, UTF-8, in the whole file", null);
        }
    }

    /// <summary>The import's own errors as those of examples.</summary>
    private static IEnumerable<TrainingExample> Told(IEnumerable<TrainingExample> examples, string path)
    {
        using var next = examples.GetEnumerator();
        while (true)
        {
            try
            {
                if (!next.MoveNext())
                {
                    yield break;
                }
            }
            catch (TrainingException error) when (error.Code == "TRN0500")
            {
                throw Unreadable(path, (error.InnerException?.Message ?? error.Message).TrimEnd('.'), error);
            }

            yield return next.Current;
        }
    }

    private static FileStream OpenRead(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, error.Message.TrimEnd('.'), error);
        }
    }

    private static TrainingException Unreadable(string path, string reason, Exception? error) =>
        new("TRN0303", $"Reading examples failed: {reason}. File: {path}. Check the path and the file.", error);
}
