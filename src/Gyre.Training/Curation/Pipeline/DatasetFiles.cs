using System.IO.Compression;
using Gyre.Training.Runs;

namespace Gyre.Training.Curation.Pipeline;

/// <summary>Writes built datasets to files: whole files or none.</summary>
public static class DatasetFiles
{
    /// <summary>Writes the records as JSON Lines, and beside them the report.</summary>
    /// <param name="dataset">What was built.</param>
    /// <param name="path">The file, ending in <c>.jsonl</c> or <c>.jsonl.gz</c>; with splits the split's name stands before the ending.</param>
    /// <param name="cancellationToken">Ends the writing; what was there stays.</param>
    /// <returns>The files written, the reports (<c>.report.json</c>, <c>.report.md</c>) last.</returns>
    /// <remarks>Errors: TRN0511 the folder or disk cannot be written; what was there stays. A killed process leaves files ending in <c>.part</c>, which the next run overwrites.</remarks>
    public static IReadOnlyList<string> Write(BuiltDataset dataset, string path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentException.ThrowIfNullOrEmpty(path);
        var isPacked = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
        var (ending, stem) = (isPacked ? Path.GetExtension(path[..^3]) + ".gz" : Path.GetExtension(path), isPacked ? path[..^3] : path);
        stem = Path.ChangeExtension(stem, null);
        var files = dataset.Splits.Count == 0 ? [("", path)] : dataset.Splits.Select(split => (split, $"{stem}.{split}{ending}")).ToArray();
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
            {
                Directory.CreateDirectory(folder);
            }

            foreach (var (split, file) in files)
            {
                WriteLines(dataset.Lines(split), file + ".part", isPacked, cancellationToken);
            }

            foreach (var (_, file) in files)
            {
                File.Move(file + ".part", file, overwrite: true);
            }

            AtomicFile.WriteText(stem + ".report.json", dataset.Report.ToJson());
            AtomicFile.WriteText(stem + ".report.md", dataset.Report.ToMarkdown());
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Clear(files.Select(file => file.Item2));
            throw new TrainingException("TRN0511", $"Writing the dataset failed: '{path}' cannot be written: {error.Message} Check the folder and its free space; what was there is intact.", error);
        }
        catch
        {
            Clear(files.Select(file => file.Item2));
            throw;
        }

        return [.. files.Select(file => file.Item2), stem + ".report.json", stem + ".report.md"];
    }

    private static void WriteLines(IEnumerable<ReadOnlyMemory<byte>> lines, string path, bool isPacked, CancellationToken cancellationToken)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16);
        using (var packed = isPacked ? new GZipStream(file, CompressionLevel.Optimal, leaveOpen: true) : null)
        {
            Stream stream = (Stream?)packed ?? file;
            foreach (var line in lines)
            {
                cancellationToken.ThrowIfCancellationRequested();
                stream.Write(line.Span);
                stream.WriteByte((byte)'\n');
            }
        }

        file.Flush(flushToDisk: true);
    }

    private static void Clear(IEnumerable<string> files)
    {
        foreach (var file in files)
        {
            try
            {
                File.Delete(file + ".part");
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // The failure that led here is the one to report; the next run overwrites the part.
            }
        }
    }
}
