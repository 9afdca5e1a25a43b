using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Gyre.Evaluation.Judges.Forms;

/// <summary>The verdicts that a question allows, and how they are found in words. Immutable; safe for several threads.</summary>
internal sealed partial class Choices
{
    private const int MostCharacters = 1000;
    private static readonly HashSet<string> Openers = new(["the", "answer", "option", "response"], StringComparer.OrdinalIgnoreCase);
    private readonly Choice[] _all;
    private readonly bool _isNumeric;

    public Choices(params ReadOnlySpan<Choice> all)
    {
        _all = all.ToArray();
        _isNumeric = _all.All(choice => int.TryParse(choice.Name, NumberStyles.None, CultureInfo.InvariantCulture, out _));
        Shape = _isNumeric ? $"a whole number from {_all[0].Name} to {_all[^1].Name}" : string.Join(" or ", _all.Select(choice => $"\"{choice.Name}\""));
    }

    public static Choices YesNo { get; } = new(new Choice("yes", "true", "y"), new Choice("no", "false", "n"));

    /// <summary>The choices in words, for the prompt.</summary>
    public string Shape { get; }

    public JsonObject Schema => new() { ["enum"] = new JsonArray([.. _all.Select(choice => _isNumeric ? JsonValue.Create(int.Parse(choice.Name, CultureInfo.InvariantCulture)) : JsonValue.Create(choice.Name))]) };

    /// <summary>A text that is a choice, or begins with one and holds no other.</summary>
    public bool TryRead(string? text, [NotNullWhen(true)] out string? choice)
    {
        choice = text is null || text.Length > MostCharacters ? null : Exact(text) ?? Leading(text);
        return choice is not null;
    }

    /// <summary>A verdict in a reply without JSON: marked verdicts that agree, else a last line that is nothing but a choice, else a yes or no that the reply begins with.</summary>
    /// <remarks>Choices are common words ("no mistakes", "first I read", "3 errors"), so that one which merely occurs says nothing.</remarks>
    public bool TryReadText(string text, [NotNullWhen(true)] out string? choice)
    {
        var marked = new HashSet<string>(StringComparer.Ordinal);
        foreach (var match in Marked().EnumerateMatches(text))
        {
            var rest = text.AsSpan(match.Index + match.Length);
            var end = rest.IndexOfAny('\n', '\r');
            rest = end < 0 ? rest : rest[..end];
            if (!TryRead(rest[..Math.Min(rest.Length, MostCharacters)].ToString(), out var found))
            {
                // A mark whose verdict cannot be told makes the whole reply doubtful.
                choice = null;
                return false;
            }

            marked.Add(found);
        }

        foreach (Match match in Bracketed().Matches(text))
        {
            if (Exact(match.Groups["word"].Value) is { } found)
            {
                marked.Add(found);
            }
        }

        if (marked.Count > 0)
        {
            choice = marked.Count == 1 ? marked.First() : null;
            return choice is not null;
        }

        var whole = text.Trim();
        var isPlain = this == YesNo && Answered().IsMatch(whole);
        choice = Exact(whole[(whole.LastIndexOf('\n') + 1)..]) ?? (isPlain ? Leading(whole) : null);
        return choice is not null;
    }

    private string? Exact(string text)
    {
        var word = (_isNumeric ? Scale().Replace(text, "") : text).AsSpan().Trim(" \t\r\n\"'`*_.,;:!()[]{}<>").ToString();
        if (_isNumeric && double.TryParse(word, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            word = number.ToString(CultureInfo.InvariantCulture);
        }

        return Array.Find(_all, choice => choice.Name.Equals(word, StringComparison.OrdinalIgnoreCase) || choice.Synonyms.Contains(word, StringComparer.OrdinalIgnoreCase))?.Name;
    }

    /// <summary>The choice that a text begins with, when no other one follows: "4 - good", "Yes, it does", "the first answer".</summary>
    private string? Leading(string text)
    {
        string? found = null;
        foreach (Match match in Word().Matches(_isNumeric ? Scale().Replace(text, "") : text))
        {
            var choice = Array.Find(_all, choice => choice.Name.Equals(match.Value, StringComparison.OrdinalIgnoreCase))?.Name;
            if (found is null && choice is null && !Openers.Contains(match.Value))
            {
                return null;
            }

            if (choice is not null && found is not null && choice != found)
            {
                return null;
            }

            found ??= choice;
        }

        return found;
    }

    [GeneratedRegex(@"\b(?:verdict|rating|score|judge?ment|winner|decision|final answer)\b[""'*_\s]{0,8}(?:(?:is|=|:)[\s*_]{0,8})", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Marked();

    [GeneratedRegex(@"^(?:yes|no)(?:[.,;:!\n]|$)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Answered();

    [GeneratedRegex(@"\[\[\s{0,4}(?<word>[\w-]{1,40})\s{0,4}\]\]", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Bracketed();

    [GeneratedRegex(@"-?\d+(?:\.\d+)?|[\p{L}\p{M}]+", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Word();

    [GeneratedRegex(@"\s{0,4}(?:/|\bout\s{1,4}of\b)\s{0,4}\d+", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Scale();
}
