using System.IO.Enumeration;

namespace Gyre.Training.Curation.Import;

/// <summary>The files that a path, a folder or a pattern names, in ordinal order of their full paths.</summary>
internal static class FilePattern
{
    private const int MostFiles = 1_000_000;
    private static readonly string[] Endings = [".jsonl", ".ndjson", ".csv", ".tsv", ".txt", ".md"];

    private static readonly EnumerationOptions Below = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.ReparsePoint, // A link may lead back above itself.
        IgnoreInaccessible = false,
        MaxRecursionDepth = 64,
    };

    /// <summary>The files below a base folder, or the file itself, with the folder that names are told without.</summary>
    /// <exception cref="TrainingException">TRN0500: nothing is there, or it cannot be listed.</exception>
    public static IReadOnlyList<(string Path, string Name)> Find(string source, string pattern)
    {
        try
        {
            var found = Files(pattern);
            if (found.Count > MostFiles)
            {
                throw new TrainingException("TRN0500", $"Importing the source '{source}' failed: '{pattern}' names {found.Count} files; expected at most {MostFiles}. Join files, or name fewer.");
            }

            return found.Count > 0
                ? found
                : throw new TrainingException("TRN0500", $"Importing the source '{source}' failed: '{pattern}' names no file that can be read. Check the path; relative ones count from the recipe's folder, and of a folder the files with {string.Join(", ", Endings)}, plain or .gz, are taken.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException("TRN0500", $"Importing the source '{source}' failed: '{pattern}' cannot be listed: {error.Message} Check the path and its permissions.", error);
        }
    }

    /// <summary>The ending that says what a file is, without <c>.gz</c>, in lower case.</summary>
    public static string EndingOf(string path) =>
        Path.GetExtension(path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path).ToLowerInvariant();

    private static List<(string Path, string Name)> Files(string pattern)
    {
        if (File.Exists(pattern))
        {
            return [(pattern, Path.GetFileName(pattern))];
        }

        if (Directory.Exists(pattern))
        {
            return Listed(pattern, path => Endings.Contains(EndingOf(path), StringComparer.Ordinal));
        }

        // The part before the first star is the folder to look through.
        var parts = pattern.Split('/', '\\');
        var first = Array.FindIndex(parts, part => part.AsSpan().ContainsAny('*', '?'));
        if (first < 0)
        {
            return [];
        }

        var folder = first == 0 ? "." : string.Join('/', parts[..first]) is { Length: > 0 } prefix ? prefix : "/";
        var wanted = parts[first..];
        return !Directory.Exists(folder) ? [] : Listed(folder, path => Matches(Path.GetRelativePath(folder, path).Split('/', '\\'), wanted));
    }

    private static List<(string Path, string Name)> Listed(string folder, Func<string, bool> isWanted) =>
        [.. Directory.EnumerateFiles(folder, "*", Below).Where(isWanted).Order(StringComparer.Ordinal).Select(path => (path, Path.GetRelativePath(folder, path).Replace('\\', '/')))];

    private static bool Matches(ReadOnlySpan<string> path, ReadOnlySpan<string> pattern)
    {
        if (pattern.IsEmpty)
        {
            return path.IsEmpty;
        }

        if (pattern[0] == "**")
        {
            for (var skipped = 0; skipped <= path.Length; skipped++)
            {
                if (Matches(path[skipped..], pattern[1..]))
                {
                    return true;
                }
            }

            return false;
        }

        return !path.IsEmpty && FileSystemName.MatchesSimpleExpression(pattern[0], path[0], ignoreCase: false) && Matches(path[1..], pattern[1..]);
    }
}
