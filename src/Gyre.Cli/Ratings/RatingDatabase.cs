using Gyre.Registry;
using Gyre.Registry.Ratings;
using Gyre.Server.Hosting;
using Gyre.Storage;

namespace Gyre.Cli.Ratings;

/// <summary>The ratings of a data folder, also while its server runs.</summary>
internal sealed class RatingDatabase : IDisposable
{
    private readonly Database _database;

    private RatingDatabase(Database database)
    {
        _database = database;
        Store = new RatingStore(database, TimeProvider.System, new RandomIdSource());
    }

    public RatingStore Store { get; }

    /// <param name="folder">The data folder.</param>
    /// <param name="creates">True to make what is not there yet; else that is an error.</param>
    public static RatingDatabase Open(string folder, bool creates = false)
    {
        var path = DataFolder.DatabaseOf(folder);
        if (!File.Exists(path) && !creates)
        {
            throw new CliException("CLI0030", $"Reading ratings failed: there is no '{path}'; expected a data folder with ratings. Make some with 'gyre ratings create', or name the folder with --data.");
        }

        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(folder);
            }
            else
            {
                Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute); // Prompts and answers lie in it.
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CliException("CLI0030", $"Making ratings failed: the data folder '{folder}' cannot be made ({error.Message}). Choose another with --data.", error);
        }

        return new RatingDatabase(Database.Open(path, [RegistryTables.Migrations()], TimeProvider.System));
    }

    public void Dispose() => _database.Dispose();
}
