using System.Text.RegularExpressions;

namespace Gyre.Registry.Ratings;

/// <summary>The name a rater gives: shown as given, told apart without regard to case and spaces.</summary>
internal readonly partial record struct RaterName(string Shown, string Key)
{
    private const int MostLength = 80;

    /// <exception cref="RegistryException">REG0089: it is none.</exception>
    public static RaterName Of(string given)
    {
        ArgumentNullException.ThrowIfNull(given);
        var shown = given.Length > 10 * MostLength ? given : Spaces().Replace(given.Trim(), " ");
        return shown.Length is > 0 and <= MostLength && !shown.Any(char.IsControl) && IsText(shown)
            ? new RaterName(shown, shown.ToLowerInvariant())
            : throw new RegistryException("REG0089", $"Rating failed: the rater's name has {shown.Length:N0} characters, or some that cannot be shown; expected 1 to {MostLength} characters. Give a name that others know you by.");
    }

    private static bool IsText(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[++i])))
            {
                return false;
            }
        }

        return true;
    }

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Spaces();
}
