using System.Text.RegularExpressions;
using Gyre.Models;
using Gyre.Models.Templates;
using Gyre.Training.Bases;

namespace Gyre.Training.Examples;

/// <summary>Whether a base's template and its vocabulary belong together, as far as that can be seen before training on conversations.</summary>
internal static partial class TemplateCheck
{
    private static readonly ChatTurn[] Probe = [new("user", "a"), new("assistant", "b")];

    /// <summary>What deserves a warning: code and message.</summary>
    public static IEnumerable<(string Code, string Message)> Warnings(BaseModel source)
    {
        if (source.Conversations.Template is null)
        {
            yield return ("TRN0311", "The base has no chat template: conversations are written as their texts, one a line, with nothing that tells roles apart. Give the base a template (chat_template in its files), or train on texts.");
            yield break;
        }

        string[] unknown = [.. Markers(source).Where(marker => source.Tokenizer.FindToken(marker) is null)];
        if (unknown.Length > 0)
        {
            yield return ("TRN0312", $"The base's template writes {string.Join(", ", unknown)}, and its vocabulary has no such {(unknown.Length == 1 ? "token" : "tokens")}: they are cut into pieces. Check that template and vocabulary are of one model.");
        }
    }

    /// <summary>What the template writes around turns that has the form of a special token.</summary>
    private static IEnumerable<string> Markers(BaseModel source)
    {
        string text;
        try
        {
            text = source.Conversations.Render(Probe, null, addGenerationPrompt: true);
        }
        catch (ModelException)
        {
            return []; // A template with rules of its own: the examples themselves tell whether it takes them.
        }

        return Marker().Matches(text).Select(match => match.Value).Distinct(StringComparer.Ordinal);
    }

    [GeneratedRegex(@"<\|[A-Za-z0-9_]+\|>|<(start|end)_of_turn>", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Marker();
}
