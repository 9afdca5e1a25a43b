using Gyre.Evaluation.Benchmarks.Definitions;

namespace Gyre.Evaluation.Benchmarks.Sources;

/// <summary>Finds a benchmark's files in a folder.</summary>
internal static class BenchmarkFolder
{
    private const int MostFiles = 10_000;

    /// <summary>The files of a split in ordinal order, each with what stands for <c>*</c>; none when there are none.</summary>
    public static List<(string Path, string Subject)> Find(string folder, SplitRules split)
    {
        var pattern = split.Files.Replace('\\', '/');
        var at = pattern.LastIndexOf('/');
        var (inside, name) = at < 0 ? ("", pattern) : (pattern[..at], pattern[(at + 1)..]);
        var found = new List<(string, string)>();
        foreach (var place in Folders(folder, inside))
        {
            if (!Directory.Exists(place))
            {
                continue;
            }

            foreach (var file in Directory.EnumerateFiles(place).Order(StringComparer.Ordinal).Take(MostFiles))
            {
                if (Match(Path.GetFileName(file), name) is { } star)
                {
                    found.Add((file, inside.Contains('*', StringComparison.Ordinal) ? Path.GetFileName(place) : star));
                }
            }
        }

        return found;
    }

    /// <summary>The full path of a file inside a folder; null when the name leads out of it.</summary>
    public static string? InsideOf(string folder, string name)
    {
        var root = Path.GetFullPath(folder);
        var path = Path.GetFullPath(Path.Combine(root, name));
        return path.StartsWith(Path.EndsInDirectorySeparator(root) ? root : root + Path.DirectorySeparatorChar, StringComparison.Ordinal) ? path : null;
    }

    /// <summary>The folders of a path whose last part may be <c>*</c>.</summary>
    private static IEnumerable<string> Folders(string root, string inside)
    {
        if (!inside.EndsWith('*'))
        {
            return [Path.Combine(root, inside)];
        }

        var parent = Path.Combine(root, inside.TrimEnd('*').TrimEnd('/'));
        return Directory.Exists(parent) ? Directory.EnumerateDirectories(parent).Order(StringComparer.Ordinal) : [];
    }

    /// <summary>What stands for the star, also when the file is packed; null when the name does not fit.</summary>
    private static string? Match(string file, string pattern)
    {
        var plain = file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) && !pattern.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? file[..^3] : file;
        var star = pattern.IndexOf('*');
        if (star < 0)
        {
            return plain == pattern ? "" : null;
        }

        var (before, after) = (pattern[..star], pattern[(star + 1)..]);
        return plain.Length >= before.Length + after.Length && plain.StartsWith(before, StringComparison.Ordinal) && plain.EndsWith(after, StringComparison.Ordinal)
            ? plain[before.Length..^after.Length]
            : null;
    }
}
