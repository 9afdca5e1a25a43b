using System.Text;
using System.Text.RegularExpressions;
using Gyre.Models.Tokenizers.Normalization;

namespace Gyre.Training.Curation.Cleaning;

/// <summary>Cleans texts. Cleaning a cleaned text changes nothing. Safe for several threads.</summary>
public sealed partial class TextCleaner
{
    private const int MostBoilerplateCharacters = 100;
    private const int MostPasses = 8;
    private readonly CleaningOptions _options;

    /// <summary>A cleaner.</summary>
    public TextCleaner(CleaningOptions? options = null) => _options = options ?? new CleaningOptions();

    /// <summary>Cleans a text.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="changes">What was changed.</param>
    /// <returns>The same instance when nothing was.</returns>
    /// <remarks>Cost: a few linear passes. What one step uncovers for another (an entity that stands for a tag) is cleaned too.</remarks>
    public string Clean(string text, out CleaningChange changes)
    {
        ArgumentNullException.ThrowIfNull(text);
        changes = CleaningChange.None;
        for (var pass = 0; pass < MostPasses; pass++)
        {
            var before = text;
            text = Step(text, _options.MendsEncoding, Mojibake.Mend, CleaningChange.Encoding, ref changes);
            text = Step(text, _options.RemovesHtml, HtmlRemnants.Remove, CleaningChange.Html, ref changes);
            text = Step(text, _options.RemovesInvisible, InvisibleCharacters.Remove, CleaningChange.Invisible, ref changes);
            text = Step(text, _options.Composes, CanonicalComposition.Of, CleaningChange.Composed, ref changes);
            text = Step(text, _options.RemovesBoilerplate, WithoutBoilerplate, CleaningChange.Boilerplate, ref changes);
            text = Step(text, _options.TidiesSpaces, Tidy, CleaningChange.Spaces, ref changes);
            if (ReferenceEquals(before, text))
            {
                break;
            }
        }

        return text;
    }

    private static string Step(string text, bool isWanted, Func<string, string> change, CleaningChange kind, ref CleaningChange changes)
    {
        if (!isWanted)
        {
            return text;
        }

        var changed = change(text);
        if (changed == text)
        {
            return text;
        }

        changes |= kind;
        return changed;
    }

    private string WithoutBoilerplate(string text)
    {
        StringBuilder? kept = null;
        var from = 0;
        while (from <= text.Length)
        {
            var end = text.IndexOf('\n', from);
            end = end < 0 ? text.Length : end;
            if (IsBoilerplate(text.AsSpan(from, end - from).Trim()))
            {
                kept ??= new StringBuilder(text, 0, from, text.Length);
            }
            else if (kept is not null)
            {
                kept.Append(text, from, Math.Min(end + 1, text.Length) - from);
            }

            from = end + 1;
        }

        return kept?.ToString() ?? text;
    }

    private bool IsBoilerplate(ReadOnlySpan<char> line)
    {
        if (line.IsEmpty)
        {
            return false;
        }

        if (line.Length <= MostBoilerplateCharacters && Boilerplate().IsMatch(line))
        {
            return true;
        }

        foreach (var pattern in _options.BoilerplateLines)
        {
            foreach (var match in pattern.EnumerateMatches(line))
            {
                if (match.Index == 0 && match.Length == line.Length)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static string Tidy(string text)
    {
        var tidy = new StringBuilder(text.Length);
        var blanks = 0;
        foreach (var raw in text.AsSpan().EnumerateLines())
        {
            var line = raw.TrimEnd();
            if (line.IsEmpty)
            {
                blanks++;
                continue;
            }

            if (tidy.Length > 0)
            {
                tidy.Append('\n', Math.Min(blanks, 1) + 1);
            }

            blanks = 0;
            var start = tidy.Length;
            foreach (var character in line)
            {
                // Spaces of unusual width are spaces; a tab may be the indentation of code.
                tidy.Append(character is '\t' || !char.IsWhiteSpace(character) ? character : ' ');
            }

            // The text begins with a word, not with the white space before it.
            if (start == 0)
            {
                var lead = 0;
                while (lead < tidy.Length && tidy[lead] is ' ' or '\t')
                {
                    lead++;
                }

                tidy.Remove(0, lead);
            }
        }

        return tidy.Length == text.Length && tidy.Equals(text) ? text : tidy.ToString();
    }

    [GeneratedRegex(
        """
        ^(?:(?:©|\(c\)|copyright)\b.*|all\ rights\ reserved\.?|(?:we|this\ (?:web)?site)\ uses?\ cookies\b.*|accept\ (?:all\ )?cookies\.?|cookie\ (?:policy|settings|preferences)\.?
        |(?:sign\ up|subscribe)\ (?:for|to)\ (?:our|the)\ newsletter\b.*|(?:share|follow\ us|tweet|pin|like)\ (?:this\ )?on\ (?:facebook|twitter|x|instagram|linkedin|pinterest|whatsapp)\.?
        |skip\ to\ (?:main\ )?content\.?|back\ to\ top\.?|please\ enable\ javascript\b.*|javascript\ (?:is\ (?:disabled|required)|must\ be\ enabled)\b.*|click\ here\ to\ (?:subscribe|unsubscribe|continue)\b.*
        |(?:privacy\ policy|terms\ (?:of\ (?:use|service)|and\ conditions))(?:\s*[|·•]\s*(?:privacy\ policy|terms\ (?:of\ (?:use|service)|and\ conditions)|contact(?:\ us)?|about(?:\ us)?))*\.?|advertisement|lorem\ ipsum\ dolor\b.*|read\ more\s*(?:\.{3}|…|»|>)?|loading\s*(?:\.{3}|…))$
        """,
        RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Boilerplate();
}
