using System.Text.Json;

namespace Gyre.Server.Hosting;

/// <summary>The server's data folder: created, checked for writing, and locked against a second server.</summary>
/// <remarks>Owns: the lock, until disposed; the operating system frees it when the process dies.</remarks>
internal sealed class DataFolder : IDisposable
{
    /// <summary>The alias file's name in every data folder.</summary>
    public const string AliasFileName = "aliases.yaml";

    private readonly FileStream _lock;

    private DataFolder(string path, FileStream @lock)
    {
        Path = path;
        _lock = @lock;
    }

    public string Path { get; }

    public string Aliases => System.IO.Path.Combine(Path, AliasFileName);

    public string Models => System.IO.Path.Combine(Path, "models");

    public string Adapters => System.IO.Path.Combine(Path, "adapters");

    /// <summary>What is made of the rows of recorded runs; may be deleted.</summary>
    public string Experiments => System.IO.Path.Combine(Path, "experiments");

    public string Database => System.IO.Path.Combine(Path, "gyre.db");

    public string Blobs => System.IO.Path.Combine(Path, "blobs");

    private string ServerFile => System.IO.Path.Combine(Path, "server.json");

    public static DataFolder Open(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        try
        {
            CreatePrivate(full);
            Directory.CreateDirectory(System.IO.Path.Combine(full, "models"));
            var folder = new DataFolder(full, Lock(full));
            try
            {
                folder.CheckWriting();
                return folder;
            }
            catch
            {
                folder._lock.Dispose();
                throw;
            }
        }
        catch (UnauthorizedAccessException error)
        {
            throw new ServerException(
                "SRV0002",
                $"Starting the server failed: the data folder '{full}' cannot be written ({error.Message}). Choose a folder you may write with --data, or change its permissions.",
                error);
        }
        catch (IOException error)
        {
            throw new ServerException(
                "SRV0003",
                $"Starting the server failed: the data folder '{full}' cannot be used ({error.Message}). Check that it is a folder, that its disk has space and is not read-only, or choose another with --data.",
                error);
        }
    }

    /// <summary>Leaves word of where this server listens, for commands that look for it.</summary>
    public void Announce(Uri address, int processId)
    {
        using var file = new FileStream(ServerFile, FileMode.Create, FileAccess.Write, FileShare.Read);
        using var writer = new Utf8JsonWriter(file);
        writer.WriteStartObject();
        writer.WriteString("address", address.ToString());
        writer.WriteNumber("process_id", processId);
        writer.WriteEndObject();
    }

    public void Dispose()
    {
        try
        {
            File.Delete(ServerFile);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A stale note is harmless: the lock decides who runs, and the next start overwrites it.
        }

        _lock.Dispose();
    }

    /// <summary>A new folder is its owner's alone: prompts and answers lie in it.</summary>
    private static void CreatePrivate(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static FileStream Lock(string folder)
    {
        var path = System.IO.Path.Combine(folder, "gyre.lock");
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error) when (File.Exists(path) && error is not (DirectoryNotFoundException or FileNotFoundException) && IsSharingViolation(error))
        {
            throw new ServerException(
                "SRV0004",
                $"Starting the server failed: another Gyre server uses the data folder '{folder}'{OtherServer(folder)}. Stop it, or choose another folder with --data.",
                error);
        }
    }

    /// <summary>EWOULDBLOCK on Linux (11) and macOS (35), ERROR_SHARING_VIOLATION on Windows.</summary>
    private static bool IsSharingViolation(IOException error) => error.HResult is 11 or 35 or unchecked((int)0x80070020);

    private static string OtherServer(string folder)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(System.IO.Path.Combine(folder, "server.json")));
            return $" (process {document.RootElement.GetProperty("process_id").GetInt32()} at {document.RootElement.GetProperty("address").GetString()})";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            // The note is a courtesy; without it the message still says what to do.
            return "";
        }
    }

    /// <summary>Writes and flushes a block, so that a full or read-only disk is met now and not at the first request.</summary>
    private void CheckWriting()
    {
        var probe = System.IO.Path.Combine(Path, ".write-check");
        using (var file = new FileStream(probe, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            file.Write(new byte[16 * 1024]);
            file.Flush(flushToDisk: false);
        }

        File.Delete(probe);
    }
}
