using System.Text.RegularExpressions;

namespace Gyre.Evaluation.Benchmarks.Tasks;

/// <summary>Finds the answer in what a model wrote.</summary>
internal static partial class AnswerExtraction
{
    private const string Mark = "####";

    private static readonly Dictionary<string, Func<string, Regex?, string?>> Rules = new(StringComparer.Ordinal)
    {
        ["whole"] = (text, _) => text.Trim(),
        ["first-line"] = (text, _) => text.TrimStart().Split('\n', 2)[0].Trim(),
        ["marked"] = (text, _) => text.LastIndexOf(Mark, StringComparison.Ordinal) is >= 0 and var at ? text[(at + Mark.Length)..].Trim() : null,
        ["boxed"] = (text, _) => MathAnswer.LastBoxed(text),
        ["pattern"] = (text, pattern) => Find(pattern!, text), // The reader demands the pattern.
        ["letter"] = (text, _) => Letter(text),
    };

    /// <summary>The rules' names.</summary>
    public static IReadOnlyCollection<string> Names => Rules.Keys;

    /// <summary>The answer, or null when the text has none of the form.</summary>
    public static string? Find(string rule, string text, Regex? pattern)
    {
        try
        {
            return Rules[rule](text, pattern);
        }
        catch (RegexMatchTimeoutException)
        {
            return null;
        }
    }

    /// <summary>The last match's first group, or the whole match.</summary>
    private static string? Find(Regex pattern, string text)
    {
        var matches = pattern.Matches(text);
        if (matches.Count == 0)
        {
            return null;
        }

        var last = matches[^1];
        return (last.Groups.Count > 1 ? last.Groups[1].Value : last.Value).Trim();
    }

    /// <summary>The letter of an answer: alone, in brackets, or after "answer is"; the last of those that say it, else the first that begins the text or stands in brackets.</summary>
    private static string? Letter(string text)
    {
        var said = SaidLetter().Matches(text);
        if (said.Count > 0)
        {
            return said[^1].Groups["letter"].Value.ToUpperInvariant();
        }

        var alone = LoneLetter().Match(text);
        return alone.Success ? alone.Groups["letter"].Value : null;
    }

    [GeneratedRegex(@"(?i:answer\s*(?:is|:)?)[\s*]*\(?(?<letter>[A-Z])(?![A-Za-z'’])", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SaidLetter();

    [GeneratedRegex(@"(?:^\W*|\()(?<letter>[A-Z])(?=[).:,*\]\n]|\s*$)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LoneLetter();
}
