using System.Collections.Concurrent;
using Gyre.Contracts;

namespace Gyre.Server.Catalog;

/// <summary>The adapters that requests can name: those given when the server started, those added while it runs, and the folders in the data folder's <c>adapters</c>.</summary>
/// <remarks>Safe for several threads.</remarks>
/// <param name="folder">Each folder in it is an adapter of that name; need not exist. Looked into anew for every question.</param>
/// <param name="given">Folders by name; they come before those of the data folder.</param>
internal sealed class AdapterCatalog(string folder, IReadOnlyDictionary<string, string> given)
{
    public const string ConfigurationFile = "adapter_config.json";
    private const int MostNames = 10_000;
    private const int MostInner = 16;

    private readonly ConcurrentDictionary<string, (string Path, string Alias)> _added = new(StringComparer.Ordinal);

    /// <summary>Their names, sorted.</summary>
    public IReadOnlyList<string> Names => [.. given.Keys.Concat(_added.Keys).Concat(Installed()).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>Where an adapter is; null when there is none of that name.</summary>
    public string? Find(string name)
    {
        if (given.TryGetValue(name, out var named))
        {
            return named;
        }

        if (_added.TryGetValue(name, out var added))
        {
            return added.Path;
        }

        return InFolder(name);
    }

    /// <summary>Where an adapter comes from: <c>request</c> (added), <c>start</c> (given) or <c>folder</c>.</summary>
    public string SourceOf(string name) => given.ContainsKey(name) ? "start" : _added.ContainsKey(name) ? "request" : "folder";

    /// <summary>The alias whose model an adapter belongs to, where it was added for one or its folder says so; null for all others, which belong to the default one's.</summary>
    public string? ParentOf(string name) => given.ContainsKey(name) ? null
        : _added.TryGetValue(name, out var added) ? added.Alias
        : InFolder(name) is { } path ? AdapterInstallation.AliasOf(path) : null;

    /// <summary>Adds an adapter until it is removed or the server stops; false when the name is taken.</summary>
    public bool TryAdd(string name, string path, string alias) => Find(name) is null && _added.TryAdd(name, (path, alias));

    /// <summary>Removes an adapter that was added; false when none was of that name.</summary>
    public bool Remove(string name) => _added.TryRemove(name, out _);

    /// <summary>The names most like one that was not found.</summary>
    public static IEnumerable<string> Nearest(string name, IEnumerable<string> known, int count) =>
        known.OrderBy(candidate => SpellingDistance.Between(name, candidate)).ThenBy(candidate => candidate, StringComparer.Ordinal).Take(count);

    private IEnumerable<string> Installed() => Directory.Exists(folder)
        ? Directory.EnumerateDirectories(folder).Take(MostNames).Where(IsAdapter).Select(path => AdapterInstallation.NameOf(Path.GetFileName(path)))
        : [];

    /// <summary>The folder of an installed adapter. The name comes from a request: only one that is no path may become part of one.</summary>
    private string? InFolder(string name)
    {
        if (name.Length == 0 || name is "." or ".." || name.Contains('\0', StringComparison.Ordinal))
        {
            return null;
        }

        var path = Path.Combine(folder, AdapterInstallation.FolderOf(name));
        if (IsAdapter(path))
        {
            return path;
        }

        // One that somebody put there by hand under a name that this file system takes.
        path = name.AsSpan().ContainsAny('/', '\\') ? "" : Path.Combine(folder, name);
        return path.Length > 0 && IsAdapter(path) ? path : null;
    }

    /// <summary>Whether a folder, or one in it, has an adapter's configuration.</summary>
    public static bool IsAdapter(string path) =>
        File.Exists(Path.Combine(path, ConfigurationFile))
        || (Directory.Exists(path) && Directory.EnumerateDirectories(path).Take(MostInner).Any(inner => File.Exists(Path.Combine(inner, ConfigurationFile))));
}
