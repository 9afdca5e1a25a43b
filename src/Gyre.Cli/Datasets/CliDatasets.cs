using Gyre.Registry;
using Gyre.Registry.Datasets;
using Gyre.Storage;

namespace Gyre.Cli.Datasets;

/// <summary>The datasets of a data folder, for the time of one command.</summary>
internal sealed class CliDatasets : IDisposable
{
    private const string BlobsName = "blobs";
    private readonly Database _database;

    private CliDatasets(string folder)
    {
        _database = Database.Open(DataFolder.DatabaseOf(folder), [RegistryTables.Migrations()], TimeProvider.System, TimeSpan.FromSeconds(30));
        Store = new DatasetStore(_database, new BlobStore(Path.Combine(folder, BlobsName)), TimeProvider.System);
    }

    public DatasetStore Store { get; }

    /// <summary>Whom the log names.</summary>
    public static string By => Environment.UserName;

    /// <summary>Opens a data folder, a new one too; it is its owner's alone.</summary>
    /// <remarks>Errors: CLI0008 the folder cannot be made; STO0001 to STO0099 of the database.</remarks>
    public static CliDatasets Open(string folder)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(folder);
            }
            else
            {
                Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CliException("CLI0008", $"Opening the data folder failed: '{folder}' cannot be made: {error.Message} Name a folder that you may write with --data.", error);
        }

        return new CliDatasets(folder);
    }

    public void Dispose() => _database.Dispose();
}
