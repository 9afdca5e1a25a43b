namespace Gyre.Evaluation.Reports;

/// <summary>Writes a file of a report under a name of its own and gives it its place when it is whole.</summary>
internal static class ReportFile
{
    /// <exception cref="EvaluationException">EVA0045: it cannot be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var isWhole = false;
        try
        {
            var full = Path.GetFullPath(path);
            Directory.CreateDirectory(Path.GetDirectoryName(full)!); // A full path to a file has a folder.
            using (var stream = new FileStream(path + ".partial", FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(path + ".partial", path, overwrite: true);
            isWhole = true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new EvaluationException("EVA0045", $"Writing a report failed: {error.Message} File: {path}. Check the path, its permissions and the free space, then run again; replies are kept.", error);
        }
        finally
        {
            if (!isWhole && File.Exists(path + ".partial"))
            {
                File.Delete(path + ".partial");
            }
        }
    }

    /// <summary>Writes text as UTF-8 without a mark.</summary>
    public static void WriteText(string path, Action<TextWriter> write) => Write(path, stream =>
    {
        using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
        write(writer);
    });
}
