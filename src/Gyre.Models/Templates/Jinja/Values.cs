using System.Globalization;
using System.Runtime.CompilerServices;

namespace Gyre.Models.Templates.Jinja;

/// <summary>What values are, how true they are and how they print: as in Python.</summary>
/// <remarks>
/// Values are null (None), bool, long, double, string, <see cref="ListValue"/>, <see cref="DictionaryValue"/>,
/// <see cref="NamespaceValue"/>, <see cref="Callable"/>, <see cref="LoopValue"/> and <see cref="Undefined"/>.
/// </remarks>
internal static class Values
{
    /// <summary>Whether a value counts as true.</summary>
    public static bool IsTrue(object? value) => value switch
    {
        null or Undefined => false,
        bool flag => flag,
        long number => number != 0,
        double number => number != 0,
        string text => text.Length > 0,
        ListValue list => list.Items.Count > 0,
        DictionaryValue dictionary => dictionary.Count > 0,
        _ => true,
    };

    /// <summary>A value's kind in words, for messages; never its content.</summary>
    public static string Describe(object? value) => value switch
    {
        null => "none",
        Undefined undefined => $"undefined ({undefined.What})",
        bool => "a boolean",
        long => "a whole number",
        double => "a number",
        string => "text",
        ListValue { IsTuple: true } => "a tuple",
        ListValue => "a list",
        DictionaryValue => "a mapping",
        NamespaceValue => "a namespace",
        LoopValue => "the loop",
        _ => "a function",
    };

    /// <summary>The text that printing a value gives. Each part of it is charged; text that is there already costs nothing.</summary>
    public static string ToText(object? value, RenderBudget budget) => value switch
    {
        string text => text,
        Undefined => "",
        _ => Append(new MeteredText(budget), value).ToString(),
    };

    /// <summary>The shortest text of a number that reads back as it.</summary>
    public static string ToText(double number)
    {
        if (double.IsNaN(number))
        {
            return "nan";
        }

        if (double.IsInfinity(number))
        {
            return number > 0 ? "inf" : "-inf";
        }

        var shortest = number.ToString("E16", CultureInfo.InvariantCulture);
        var exponent = int.Parse(shortest.AsSpan(shortest.IndexOf('E', StringComparison.Ordinal) + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var text = number.ToString("R", CultureInfo.InvariantCulture);
        if (number != 0 && exponent is < -4 or >= 16)
        {
            return Scientific(text, exponent);
        }

        text = text.Contains('E', StringComparison.Ordinal) ? decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture) : text;
        return text.Contains('.', StringComparison.Ordinal) ? text : text + ".0";
    }

    // Python writes at least two digits of the exponent, and no fraction when there is none: 1e-05, 1.5e+16.
    private static string Scientific(string text, int exponent)
    {
        var isNegative = text.StartsWith('-');
        var digits = new string([.. text.Split('E')[0].Where(char.IsAsciiDigit)]).TrimStart('0').TrimEnd('0');
        digits = digits.Length == 0 ? "0" : digits;
        var mantissa = digits.Length == 1 ? digits : $"{digits[0]}.{digits[1..]}";
        return $"{(isNegative ? "-" : "")}{mantissa}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
    }

    private static MeteredText Append(MeteredText text, object? value)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        text.Budget.Charge(1);
        return value switch
        {
            null => text.Append("None"),
            bool flag => text.Append(flag ? "True" : "False"),
            long number => text.Append(number.ToString(CultureInfo.InvariantCulture)),
            double number => text.Append(ToText(number)),
            string quoted => AppendQuoted(text, quoted),
            ListValue list => AppendList(text, list),
            DictionaryValue dictionary => AppendDictionary(text, dictionary),
            Undefined => text.Append("Undefined"),
            Callable callable => text.Append("<function ").Append(callable.Name).Append('>'),
            _ => text.Append('<').Append(Describe(value)).Append('>'),
        };
    }

    private static MeteredText AppendList(MeteredText text, ListValue list)
    {
        text.Append(list.IsTuple ? '(' : '[');
        for (var i = 0; i < list.Items.Count; i++)
        {
            text.Append(i > 0 ? ", " : "");
            Append(text, list.Items[i]);
        }

        return text.Append(list is { IsTuple: true, Items.Count: 1 } ? "," : "").Append(list.IsTuple ? ')' : ']');
    }

    private static MeteredText AppendDictionary(MeteredText text, DictionaryValue dictionary)
    {
        text.Append('{');
        for (var i = 0; i < dictionary.Entries.Count; i++)
        {
            text.Append(i > 0 ? ", " : "");
            Append(text, dictionary.Entries[i].Key).Append(": ");
            Append(text, dictionary.Entries[i].Value);
        }

        return text.Append('}');
    }

    private static MeteredText AppendQuoted(MeteredText text, string value)
    {
        var quote = value.Contains('\'', StringComparison.Ordinal) && !value.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
        text.Append(quote);
        foreach (var unit in value)
        {
            _ = unit switch
            {
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                _ when unit == quote => text.Append('\\').Append(unit),
                < ' ' or >= '\u007F' and < '\u00A0' or '\u00AD' => text.Append("\\x").Append(((int)unit).ToString("x2", CultureInfo.InvariantCulture)),
                _ => text.Append(unit),
            };
        }

        return text.Append(quote);
    }
}
