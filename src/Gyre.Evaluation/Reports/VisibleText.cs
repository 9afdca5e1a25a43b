using System.Globalization;
using System.Text;

namespace Gyre.Evaluation.Reports;

/// <summary>Makes characters that steer visible: control characters, marks that turn the writing direction, broken halves of characters.</summary>
/// <remarks>Answers of models and names in recipes are not trusted: they must not move a terminal's cursor, turn a line around or end an XML file.</remarks>
internal static class VisibleText
{
    /// <summary>The text; line breaks and tabs stay.</summary>
    public static string Of(string text) => Convert(text, isLine: false);

    /// <summary>The text on one line.</summary>
    public static string Line(string text) => Convert(text, isLine: true);

    private static string Convert(string text, bool isLine)
    {
        StringBuilder? visible = null;
        for (var i = 0; i < text.Length; i++)
        {
            var letter = text[i];
            if (char.IsHighSurrogate(letter) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                visible?.Append(letter).Append(text[++i]);
                i += visible is null ? 1 : 0;
                continue;
            }

            var replacement = letter switch
            {
                '\n' or '\t' when !isLine => null,
                '\r' when !isLine && i + 1 < text.Length && text[i + 1] == '\n' => "",
                '\n' => "↵",
                '\t' => "⇥",
                < ' ' => ((char)(0x2400 + letter)).ToString(),
                '\u007F' => "␡",
                >= '\u0080' and <= '\u009F' or '\u061C' or '\u200E' or '\u200F' or '\u2028' or '\u2029' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069')
                    => string.Create(CultureInfo.InvariantCulture, $"⟨U+{(int)letter:X4}⟩"),
                '\uFFFE' or '\uFFFF' => "\uFFFD",
                _ when char.IsSurrogate(letter) => "\uFFFD",
                _ => null,
            };
            if (replacement is null)
            {
                visible?.Append(letter);
                continue;
            }

            visible ??= new StringBuilder(text.Length + 16).Append(text, 0, i);
            visible.Append(replacement);
        }

        return visible?.ToString() ?? text;
    }
}
