using System.Text.Json;
using Gyre.Server.Hosting;

namespace Gyre.Server.Catalog;

/// <summary>Puts a trained adapter into a data folder's <c>adapters</c>, where a running server finds it with the next request.</summary>
public static class AdapterInstallation
{
    /// <summary>The file beside an adapter's that says whose it is.</summary>
    internal const string OwnerFile = "gyre.json";

    private const int MostNameLetters = 128;
    private static readonly char[] Escaped = ['%', ':', '/', '\\', '<', '>', '"', '|', '?', '*'];

    /// <summary>Copies an adapter beside its place and then puts it there by one rename: whoever looks sees none, the old one or the new one, never a part.</summary>
    /// <param name="dataFolder">The data folder; created when absent.</param>
    /// <param name="name">What requests will give as their model.</param>
    /// <param name="adapterFolder">A folder that has <c>adapter_config.json</c>.</param>
    /// <param name="alias">The alias whose model it is for; null for the default one's.</param>
    /// <param name="replaces">Takes the place of an adapter of that name.</param>
    /// <returns>Where it is.</returns>
    /// <remarks>
    /// Errors: <see cref="ServerException"/> <c>SRV0182</c> the name is taken, <c>SRV0189</c> the name or the folder is none, or
    /// the data folder cannot be written.
    /// </remarks>
    public static string Install(string dataFolder, string name, string adapterFolder, string? alias = null, bool replaces = false)
    {
        Check(dataFolder, name, replaces);
        if (!File.Exists(Path.Combine(adapterFolder, AdapterCatalog.ConfigurationFile)))
        {
            throw Cannot($"'{adapterFolder}' has no {AdapterCatalog.ConfigurationFile}; expected a folder that a finished run wrote", null);
        }

        var place = Path.Combine(Path.GetFullPath(dataFolder), "adapters", FolderOf(name));
        try
        {
            return Put(Path.GetFullPath(dataFolder), place, name, adapterFolder, alias);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Cannot($"'{place}' cannot be written ({error.Message.TrimEnd('.')}); expected a folder with free space", error);
        }
    }

    /// <summary>Refuses a name under which <see cref="Install"/> would put nothing.</summary>
    /// <remarks>Errors: <see cref="ServerException"/> <c>SRV0182</c> it is taken, <c>SRV0189</c> it is no name.</remarks>
    public static void Check(string dataFolder, string name, bool replaces)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length is 0 or > MostNameLetters || string.IsNullOrWhiteSpace(name) || name[0] == '.' || name.Any(char.IsControl))
        {
            throw Cannot($"the name '{(name.Length <= 80 ? name : name[..80] + "…")}' has {name.Length} characters; expected 1 to {MostNameLetters} without control characters, the first no dot", null);
        }

        var place = Path.Combine(Path.GetFullPath(dataFolder), "adapters", FolderOf(name));
        if (Directory.Exists(place) && !replaces)
        {
            throw new ServerException("SRV0182", $"Install an adapter: the name '{name}' is taken by '{place}'; expected a new one. Choose another, or replace it (--force).");
        }
    }

    /// <summary>Takes an adapter away; false when there is none of that name.</summary>
    internal static bool Remove(string dataFolder, string name)
    {
        var place = Path.Combine(dataFolder, "adapters", FolderOf(name));
        if (!Directory.Exists(place))
        {
            return false;
        }

        var aside = Aside(dataFolder, name, "old");
        Directory.Move(place, aside);
        Directory.Delete(aside, recursive: true);
        return true;
    }

    /// <summary>The folder of a name: signs that some file system does not take are written as % and two hexadecimal digits.</summary>
    internal static string FolderOf(string name) =>
        string.Concat(name.Select(letter => Escaped.Contains(letter) ? $"%{(int)letter:X2}" : letter.ToString()));

    /// <summary>The name of a folder.</summary>
    internal static string NameOf(string folder) => folder.Contains('%', StringComparison.Ordinal) ? Uri.UnescapeDataString(folder) : folder;

    /// <summary>The alias that an installed adapter says it is for; null when it says nothing, empty when what it says cannot be read.</summary>
    internal static string? AliasOf(string folder)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, OwnerFile)));
            return document.RootElement.GetProperty("alias").GetString();
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return ""; // No alias has this name: rather no answer than one of a model that it may not belong to.
        }
    }

    private static string Put(string dataFolder, string place, string name, string adapterFolder, string? alias)
    {
        var aside = Aside(dataFolder, name, "new");
        Directory.CreateDirectory(Path.Combine(dataFolder, "adapters"));
        Directory.CreateDirectory(aside);
        foreach (var file in Directory.EnumerateFiles(adapterFolder))
        {
            File.Copy(file, Path.Combine(aside, Path.GetFileName(file)));
        }

        if (alias is not null)
        {
            using var stream = File.Create(Path.Combine(aside, OwnerFile));
            using var writer = new Utf8JsonWriter(stream);
            writer.WriteStartObject();
            writer.WriteString("alias", alias);
            writer.WriteEndObject();
        }

        if (Directory.Exists(place))
        {
            var old = Aside(dataFolder, name, "old");
            Directory.Move(place, old);
            Directory.Move(aside, place);
            Directory.Delete(old, recursive: true);
            return place;
        }

        Directory.Move(aside, place);
        return place;
    }

    /// <summary>A place outside of <c>adapters</c>, on the same disk; what a killed process left there goes.</summary>
    private static string Aside(string dataFolder, string name, string what)
    {
        var path = Path.Combine(dataFolder, "installing", $"{FolderOf(name)}.{what}");
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }

        Directory.CreateDirectory(Path.Combine(dataFolder, "installing"));
        return path;
    }

    private static ServerException Cannot(string reason, Exception? cause) => new("SRV0189", $"Install an adapter: {reason}.", cause);
}
