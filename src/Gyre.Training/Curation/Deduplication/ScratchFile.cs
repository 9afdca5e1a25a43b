namespace Gyre.Training.Curation.Deduplication;

/// <summary>Files that hold what does not fit into memory for the time of a build.</summary>
internal static class ScratchFile
{
    /// <summary>A new file that is gone when it is closed; where a file may lose its name while it is open, also when the process is killed.</summary>
    /// <exception cref="TrainingException">TRN0510: it cannot be made.</exception>
    public static FileStream Create(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            var path = Path.Combine(folder, $"scratch-{Environment.ProcessId}-{Path.GetRandomFileName()}");
            if (OperatingSystem.IsWindows())
            {
                return new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
            }

            var file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1);
            File.Delete(path);
            return file;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException("TRN0510", $"Building a dataset failed: no scratch file can be made in '{folder}': {error.Message} Free space there, or name another folder with --work.", error);
        }
    }

    /// <summary>Writes at a place.</summary>
    /// <exception cref="TrainingException">TRN0510: the disk is full.</exception>
    public static void Write(FileStream file, ReadOnlySpan<byte> bytes, long position)
    {
        try
        {
            RandomAccess.Write(file.SafeFileHandle, bytes, position);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException("TRN0510", $"Building a dataset failed: the scratch file '{file.Name}' cannot be written: {error.Message} Free space there, or name another folder with --work; nothing was kept.", error);
        }
    }
}
