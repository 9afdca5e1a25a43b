namespace Gyre.Cli;

/// <summary>Where Gyre keeps what belongs to this user: models, traces, aliases.</summary>
internal static class DataFolder
{
    /// <summary>The database of a data folder, which the server and every verb share.</summary>
    public static string DatabaseOf(string dataFolder) => Path.Combine(dataFolder, "gyre.db");

    /// <summary>The folder asked for, or <c>GYRE_DATA</c>, or <c>.gyre</c> in the home folder. Not created here.</summary>
    public static string Resolve(string? asked)
    {
        var chosen = asked ?? Environment.GetEnvironmentVariable("GYRE_DATA");
        if (!string.IsNullOrWhiteSpace(chosen))
        {
            return Path.GetFullPath(chosen);
        }

        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return Path.Combine(home.Length > 0 ? home : Directory.GetCurrentDirectory(), ".gyre");
    }
}
