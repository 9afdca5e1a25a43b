using System.Globalization;
using System.Text;

namespace Gyre.Models.Templates.Jinja;

/// <summary>C's <c>strftime</c> codes, in the C locale.</summary>
internal static class TimeFormat
{
    private const int MaxLength = 1000;

    /// <summary>Writes a time.</summary>
    public static string Apply(string format, DateTimeOffset time, CallArguments arguments)
    {
        if (format.Length > MaxLength)
        {
            throw TemplateErrors.LimitReached(arguments.Position, $"a time format of more than {MaxLength:N0} characters");
        }

        arguments.Budget.Charge(format.Length);
        var text = new StringBuilder();
        for (var at = 0; at < format.Length; at++)
        {
            if (format[at] != '%' || at + 1 == format.Length)
            {
                text.Append(format[at]);
                continue;
            }

            at++;
            var isUnpadded = format[at] == '-' && at + 1 < format.Length;
            var part = One(format[isUnpadded ? ++at : at], time, arguments);
            text.Append(isUnpadded && part.TrimStart('0') is { Length: > 0 } trimmed ? trimmed : part);
        }

        return text.ToString();
    }

    private static string One(char code, DateTimeOffset time, CallArguments arguments)
    {
        var net = code switch
        {
            'd' => "dd",
            'm' => "MM",
            'Y' => "yyyy",
            'y' => "yy",
            'b' or 'h' => "MMM",
            'B' => "MMMM",
            'a' => "ddd",
            'A' => "dddd",
            'H' => "HH",
            'I' => "hh",
            'M' => "mm",
            'S' => "ss",
            'p' => "tt",
            'f' => "ffffff",
            'F' => "yyyy'-'MM'-'dd",
            'T' or 'X' => "HH':'mm':'ss",
            'R' => "HH':'mm",
            'D' or 'x' => "MM'/'dd'/'yy",
            'z' => "zzz",
            _ => null,
        };
        if (net is not null)
        {
            var text = time.ToString(net, CultureInfo.InvariantCulture);
            return code == 'z' ? text.Replace(":", "", StringComparison.Ordinal) : text;
        }

        return code switch
        {
            '%' => "%",
            'n' => "\n",
            't' => "\t",
            'e' => time.Day.ToString(CultureInfo.InvariantCulture).PadLeft(2),
            'j' => time.DayOfYear.ToString("000", CultureInfo.InvariantCulture),
            'u' => (((int)time.DayOfWeek + 6) % 7 + 1).ToString(CultureInfo.InvariantCulture),
            'w' => ((int)time.DayOfWeek).ToString(CultureInfo.InvariantCulture),
            'Z' => time.Offset == TimeSpan.Zero ? "UTC" : "",
            _ => throw TemplateErrors.Unsupported(arguments.Position, $"the time code '%{code}'"),
        };
    }
}
