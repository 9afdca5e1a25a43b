using System.Text.RegularExpressions;

namespace Gyre.Models.Tokenizers.Scanning;

/// <summary>
/// A pattern that no hand-written scanner knows, run by the framework's engine with a time limit for each search.
/// </summary>
/// <remarks>
/// It sees UTF-16 units: a class such as <c>\p{L}</c> does not match characters beyond U+FFFF, unlike the engines that
/// published vocabularies were made with.
/// </remarks>
internal sealed class RegexScanner : Scanner
{
    private readonly Regex _regex;

    public RegexScanner(string pattern)
    {
        try
        {
            _regex = new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(2));
        }
        catch (ArgumentException exception)
        {
            throw TokenizerErrors.UnusableSplitPattern(pattern, exception);
        }
    }

    public override int MatchEnd(ReadOnlySpan<char> text, int start)
    {
        var found = FindMatch(text, start, out var end);
        return found == start ? end : start;
    }

    public override int FindMatch(ReadOnlySpan<char> text, int start, out int end)
    {
        try
        {
            foreach (var match in _regex.EnumerateMatches(text, start))
            {
                if (match.Length > 0)
                {
                    end = match.Index + match.Length;
                    return match.Index;
                }
            }
        }
        catch (RegexMatchTimeoutException exception)
        {
            throw TokenizerErrors.SplitPatternTimedOut(exception);
        }

        end = text.Length;
        return text.Length;
    }
}
