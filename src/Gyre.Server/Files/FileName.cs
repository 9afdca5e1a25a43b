namespace Gyre.Server.Files;

/// <summary>Makes names that callers give safe to show and to store under.</summary>
internal static class FileName
{
    private const int MostShown = 200;
    private const int MostStored = 100;

    /// <summary>The last part of a name, without control characters; empty when nothing is left.</summary>
    public static string Shown(string given)
    {
        var last = given[(given.LastIndexOfAny(['/', '\\']) + 1)..];
        var clean = string.Concat(last.Where(letter => !char.IsControl(letter) && !char.IsSurrogate(letter))).Trim();
        return clean.Length <= MostShown ? clean : clean[..MostShown];
    }

    /// <summary>A name of ASCII letters, digits, '-', '_' and '.', which does not begin with a dot and keeps its endings.</summary>
    public static string Stored(string shown)
    {
        var safe = string.Concat(shown.Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_' ? letter : '_')).TrimStart('.');
        return safe.Length == 0 ? "file" : safe.Length <= MostStored ? safe : safe[^MostStored..].TrimStart('.');
    }
}
