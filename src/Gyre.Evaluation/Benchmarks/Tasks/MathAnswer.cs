using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Gyre.Evaluation.Benchmarks.Tasks;

/// <summary>Answers of the MATH benchmark: the last box, compared in a normal form.</summary>
/// <remarks>Source: Hendrycks et al. 2021, whose own comparison brings fractions, roots, units and spaces into one form and then compares texts.</remarks>
internal static partial class MathAnswer
{
    private static readonly (string From, string To)[] Plain =
    [
        ("\n", ""), ("\\!", ""), ("\\\\", "\\"), ("tfrac", "frac"), ("dfrac", "frac"), ("\\left", ""), ("\\right", ""),
        ("^{\\circ}", ""), ("^\\circ", ""), ("\\$", ""), ("$", ""), ("\\%", ""), ("%", ""), (" .", " 0."), ("{.", "{0."),
    ];

    /// <summary>What stands in the text's last <c>\boxed{…}</c> or <c>\fbox{…}</c>, or behind <c>\boxed </c>; null when there is none.</summary>
    public static string? LastBoxed(string text)
    {
        var at = Math.Max(text.LastIndexOf("\\boxed", StringComparison.Ordinal), text.LastIndexOf("\\fbox", StringComparison.Ordinal));
        if (at < 0)
        {
            return null;
        }

        var open = text.IndexOfAny(['{', ' '], at);
        if (open >= 0 && text[open] == ' ')
        {
            var end = text.IndexOf('$', open);
            return (end < 0 ? text[open..] : text[open..end]).Trim();
        }

        var depth = 0;
        for (var i = open; open >= 0 && i < text.Length; i++)
        {
            depth += text[i] switch { '{' => 1, '}' => -1, _ => 0 };
            if (depth == 0)
            {
                return text[(open + 1)..i].Trim();
            }
        }

        return null;
    }

    /// <summary>True when two answers have the same normal form.</summary>
    public static bool AreEqual(string left, string right) => Normalize(left) == Normalize(right);

    /// <summary>An answer's normal form.</summary>
    public static string Normalize(string answer)
    {
        var text = answer;
        foreach (var (from, to) in Plain)
        {
            text = text.Replace(from, to, StringComparison.Ordinal);
        }

        text = Units().Replace(text, "");
        text = text.StartsWith('.') ? "0" + text : text;
        text = NamedValue().Replace(text, "");
        text = ShortRoot().Replace(text, "\\sqrt{${radicand}}");
        text = text.Replace(" ", "", StringComparison.Ordinal);
        text = CompleteFractions(text);
        text = text == "0.5" ? "\\frac{1}{2}" : text;
        text = PlainFraction().Match(text) is { Success: true } fraction ? $"\\frac{{{fraction.Groups["above"].Value}}}{{{fraction.Groups["below"].Value}}}" : text;
        return Thousands().IsMatch(text) ? text.Replace(",", "", StringComparison.Ordinal) : text.TrimEnd('.');
    }

    /// <summary><c>\frac12</c> and <c>\frac1{72}</c> get their braces.</summary>
    private static string CompleteFractions(string text)
    {
        const string Name = "\\frac";
        var result = new StringBuilder(text.Length + 8);
        for (var at = 0; at < text.Length;)
        {
            if (!text.AsSpan(at).StartsWith(Name, StringComparison.Ordinal))
            {
                result.Append(text[at++]);
                continue;
            }

            result.Append(Name);
            at += Name.Length;
            for (var part = 0; part < 2 && at < text.Length && text[at] != '{'; part++)
            {
                result.Append(CultureInfo.InvariantCulture, $"{{{text[at++]}}}");
                if (part == 0 && at < text.Length && text[at] == '{')
                {
                    break;
                }
            }
        }

        return result.ToString();
    }

    [GeneratedRegex(@"\\(?:text|mbox|mathrm)\{\s[^{}]*\}\s*$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Units();

    [GeneratedRegex(@"^\s*[A-Za-z]{1,2}\s*=", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NamedValue();

    [GeneratedRegex(@"\\sqrt\s*(?<radicand>[^{\s\[])", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ShortRoot();

    [GeneratedRegex(@"^(?<above>-?\d+)/(?<below>-?\d+)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PlainFraction();

    [GeneratedRegex(@"^-?\d{1,3}(?:,\d{3})+(?:\.\d+)?$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Thousands();
}
