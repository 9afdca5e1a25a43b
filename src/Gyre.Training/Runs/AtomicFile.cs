using System.Text;

namespace Gyre.Training.Runs;

/// <summary>Writes small files so that a reader sees the old content or the new, never a part.</summary>
internal static class AtomicFile
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    public static void WriteText(string path, string text)
    {
        var temporary = path + ".part";
        var isOurs = false;
        try
        {
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                isOurs = true;
                stream.Write(Utf8.GetBytes(text));
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch when (isOurs)
        {
            DeleteQuietly(temporary); // What is left of it helps nobody, on a full disk least of all.
            throw;
        }
    }

    private static void DeleteQuietly(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The failure that led here is the one to report; the next write reuses this name.
        }
    }
}
