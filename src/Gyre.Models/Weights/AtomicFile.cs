namespace Gyre.Models.Weights;

/// <summary>Replaces a file as a whole: a reader sees the old content or the new, never a part.</summary>
/// <remarks>
/// The content goes to <c>name.partial</c> beside the target, is flushed to the disk, and then takes the target's name.
/// A failure (a full disk, say) removes the partial file and leaves the target as it was.
/// </remarks>
internal static class AtomicFile
{
    private const int BufferBytes = 1 << 20;

    /// <summary>What the unfinished file's name ends in.</summary>
    public const string PartialSuffix = ".partial";

    /// <summary>Writes the file; failures of the disk are RUN0007.</summary>
    /// <param name="path">The target.</param>
    /// <param name="lengthBytes">The final length, reserved before anything is written; 0 when it is not known.</param>
    /// <param name="write">Writes the content.</param>
    public static void Write(string path, long lengthBytes, Action<Stream> write)
    {
        var partial = path + PartialSuffix;
        var isOurs = false;
        try
        {
            var options = new FileStreamOptions
            {
                Mode = FileMode.Create,
                Access = FileAccess.Write,
                Share = FileShare.None,
                BufferSize = BufferBytes,
                PreallocationSize = lengthBytes,
            };
            using (var stream = new FileStream(partial, options))
            {
                isOurs = true;
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(partial, path, overwrite: true);
        }
        catch (Exception e)
        {
            if (isOurs)
            {
                DeleteQuietly(partial);
            }

            if (e is IOException or UnauthorizedAccessException or NotSupportedException)
            {
                throw WeightErrors.CannotWrite(path, e);
            }

            throw;
        }
    }

    private static void DeleteQuietly(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The failure that led here is the one to report; the next write reuses this name.
        }
    }
}
