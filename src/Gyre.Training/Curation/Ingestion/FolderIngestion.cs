using System.IO.Compression;
using Gyre.Training.Curation.Import;

namespace Gyre.Training.Curation.Ingestion;

/// <summary>Reads the JSON Lines files of a folder, and again those that grew.</summary>
/// <remarks>What of a grown file was read before is known by its content. One thread at a time.</remarks>
public sealed class FolderIngestion
{
    private const int BatchRecords = 1000;
    private readonly string _folder;
    private readonly Dictionary<string, (long Length, DateTime Written)> _read = new(StringComparer.Ordinal);

    /// <summary>Takes a folder, or one file.</summary>
    public FolderIngestion(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        _folder = folder;
    }

    /// <summary>Offers what is new since the last pass, in the order of paths.</summary>
    /// <returns>Files that were read.</returns>
    /// <remarks>Errors: TRN0500 the folder or a file cannot be read; those of <see cref="StreamIngestion"/>.</remarks>
    public async Task<int> PassAsync(StreamIngestion ingestion, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(ingestion);
        var files = 0;
        foreach (var (path, name) in Files())
        {
            var state = new FileInfo(path) is { Exists: true } file ? (file.Length, file.LastWriteTimeUtc) : default;
            if (_read.TryGetValue(path, out var before) && before == state)
            {
                continue;
            }

            foreach (var batch in Lines(path, name).Chunk(BatchRecords))
            {
                cancellationToken.ThrowIfCancellationRequested();
                ingestion.Offer(batch);
                await ingestion.FlushIfDueAsync(cancellationToken);
            }

            _read[path] = state;
            files++;
        }

        return files;
    }

    private IEnumerable<(string Path, string Name)> Files()
    {
        if (!Directory.Exists(_folder))
        {
            return FilePattern.Find("ingest", _folder);
        }

        // A watched folder without such files is no error; a missing one is.
        var isThere = Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories).Any(IsTaken);
        return isThere ? FilePattern.Find("ingest", _folder).Where(file => IsTaken(file.Path)) : [];

        static bool IsTaken(string path) => FilePattern.EndingOf(path) is ".jsonl" or ".ndjson";
    }

    private static IEnumerable<(string File, long Line, ReadOnlyMemory<byte> Json)> Lines(string path, string name)
    {
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw RecordImport.Unreadable(path, error);
        }

        var isPacked = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
        using var stream = new GuardedStream(isPacked ? new GZipStream(file, CompressionMode.Decompress) : file, path, long.MaxValue);
        foreach (var (number, line) in ByteLines.Read(stream, _ => { }))
        {
            if (!line.Span.Trim(" \t"u8).IsEmpty)
            {
                yield return (name, number, line.ToArray());
            }
        }
    }
}
