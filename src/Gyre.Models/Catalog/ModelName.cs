namespace Gyre.Models.Catalog;

/// <summary>What may name a model's folder: one harmless path segment on every system.</summary>
internal static class ModelName
{
    private const int MaxChars = 96;

    /// <summary>True for 1 to 96 letters, digits, '.', '_' or '-' that do not start with '.' or '-'.</summary>
    public static bool IsValid(string name)
    {
        if (name.Length is 0 or > MaxChars || name[0] is '.' or '-' || name[^1] == '.')
        {
            return false;
        }

        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or '-'))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Returns a valid name; RUN0023 otherwise.</summary>
    public static string Require(string name) =>
        IsValid(name) ? name : throw CatalogErrors.BadName(name, name.Length == 0 ? "it is empty" : "it has other characters or is too long");
}
