using System.Globalization;
using System.Text;

namespace Gyre.Models.Templates.Jinja;

/// <summary>Reads the escapes of string literals, which are Python's.</summary>
internal static class StringEscapes
{
    /// <summary>The value of a literal's body; escapes that Python does not know stay as they are.</summary>
    public static string Read(ReadOnlySpan<char> body, Position position)
    {
        if (!body.Contains('\\'))
        {
            return body.ToString();
        }

        var value = new StringBuilder(body.Length);
        for (var at = 0; at < body.Length; at++)
        {
            if (body[at] != '\\' || at + 1 == body.Length)
            {
                value.Append(body[at]);
                continue;
            }

            at++;
            switch (body[at])
            {
                case '\n':
                    break;
                case 'x':
                    at += AppendCode(body[(at + 1)..], 2, value, position);
                    break;
                case 'u':
                    at += AppendCode(body[(at + 1)..], 4, value, position);
                    break;
                case 'U':
                    at += AppendCode(body[(at + 1)..], 8, value, position);
                    break;
                case >= '0' and <= '7':
                    at += AppendOctal(body[at..], value) - 1;
                    break;
                case var other:
                    Append(other, value);
                    break;
            }
        }

        return value.ToString();
    }

    private static void Append(char escaped, StringBuilder value)
    {
        var known = "\\'\"abfnrtv".IndexOf(escaped, StringComparison.Ordinal);
        if (known < 0)
        {
            value.Append('\\').Append(escaped);
        }
        else
        {
            value.Append("\\'\"\a\b\f\n\r\t\v"[known]);
        }
    }

    private static int AppendCode(ReadOnlySpan<char> digits, int length, StringBuilder value, Position position)
    {
        if (digits.Length < length || !uint.TryParse(digits[..length], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) || code > 0x10FFFF)
        {
            throw TemplateErrors.Syntax(position, "a malformed escape in a string", $"{length} hexadecimal digits");
        }

        if (code is >= 0xD800 and < 0xE000 or < 0x10000)
        {
            value.Append((char)code);
        }
        else
        {
            value.Append(char.ConvertFromUtf32((int)code));
        }

        return length;
    }

    private static int AppendOctal(ReadOnlySpan<char> digits, StringBuilder value)
    {
        var length = 0;
        var code = 0;
        while (length < 3 && length < digits.Length && digits[length] is >= '0' and <= '7')
        {
            code = (code * 8) + (digits[length++] - '0');
        }

        value.Append((char)code);
        return length;
    }
}
