using System.Text.RegularExpressions;

namespace Gyre.Models.Adapters;

/// <summary>A regular expression from an adapter's configuration, over the paths of modules; bounded in time.</summary>
/// <remarks>
/// Expressions run without backtracking. Those that need it (they look ahead or behind, or refer back) run with a limit
/// on each match, and the first that exceeds it is a fault.
/// </remarks>
internal sealed class ModulePattern
{
    private const int MostLetters = 4096;
    private static readonly TimeSpan MostTime = TimeSpan.FromMilliseconds(50);

    /// <summary>Without backtracking a match takes little time, but a busy machine may lend none for a while.</summary>
    private static readonly TimeSpan MostLinearTime = TimeSpan.FromMilliseconds(500);
    private readonly Regex _regex;

    private ModulePattern(Regex regex) => _regex = regex;

    /// <summary>Reads an expression in Python's notation; null, with what is wrong, when it is none or too long.</summary>
    /// <param name="text">The expression.</param>
    /// <param name="before">What stands before it, in .NET's notation.</param>
    /// <param name="after">What follows it.</param>
    /// <param name="fault">What is wrong.</param>
    public static ModulePattern? Parse(string text, string before, string after, out string fault)
    {
        fault = "";
        if (text.Length > MostLetters)
        {
            fault = $"has {text.Length} letters, expected at most {MostLetters}.";
            return null;
        }

        var expression = text.Replace("(?P<", "(?<", StringComparison.Ordinal).Replace(@"\Z", @"\z", StringComparison.Ordinal);
        try
        {
            // Alone first, so that it cannot close the group around it.
            _ = new Regex(expression, RegexOptions.CultureInvariant, MostTime);
            var whole = before + "(?:" + expression + ")" + after;
            try
            {
                return new ModulePattern(new Regex(whole, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, MostLinearTime));
            }
            catch (NotSupportedException)
            {
                return new ModulePattern(new Regex(whole, RegexOptions.CultureInvariant, MostTime));
            }
        }
        catch (ArgumentException error)
        {
            fault = $"is no regular expression: {AdapterErrors.Short(error.Message)}";
            return null;
        }
    }

    /// <summary>The whole of a module's path.</summary>
    public static ModulePattern? Whole(string text, out string fault) => Parse(text, @"\A", @"\z", out fault);

    /// <summary>A path's end, from a dot on.</summary>
    public static ModulePattern? End(string text, out string fault) => Parse(text, @"\A(?:.*\.)?", @"\z", out fault);

    /// <remarks>Errors: <see cref="RegexMatchTimeoutException"/>.</remarks>
    public bool IsMatch(string path) => _regex.IsMatch(path);

    /// <summary>The number that the last group matched; null when there is none.</summary>
    /// <remarks>Errors: <see cref="RegexMatchTimeoutException"/>.</remarks>
    public int? Number(string path)
    {
        var match = _regex.Match(path);
        return match.Success && int.TryParse(match.Groups["index"].ValueSpan, out var number) ? number : null;
    }
}
