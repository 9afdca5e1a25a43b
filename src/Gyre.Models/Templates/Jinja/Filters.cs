using System.Globalization;
using System.Text;

namespace Gyre.Models.Templates.Jinja;

/// <summary>The filters behind <c>|</c>: those of single values here, those of sequences in the other part.</summary>
internal static partial class Filters
{
    private static readonly HashSet<string> Names = new(StringComparer.Ordinal)
    {
        "abs", "attr", "batch", "capitalize", "center", "count", "d", "default", "dictsort", "e", "escape", "first", "float", "format",
        "groupby", "indent", "int", "items", "join", "last", "length", "list", "lower", "map", "max", "min", "reject", "rejectattr",
        "replace", "reverse", "round", "safe", "select", "selectattr", "slice", "sort", "string", "sum", "title", "tojson", "trim",
        "truncate", "unique", "upper", "wordcount",
    };

    /// <summary>Whether there is a filter of this name.</summary>
    public static bool Exists(string name) => Names.Contains(name);

    /// <summary>Applies a filter.</summary>
    /// <remarks>Errors: RUN0204 for a filter that is not known.</remarks>
    public static object? Apply(string name, object? value, CallArguments arguments) => name switch
    {
        "trim" => StringMethods.Trim(Values.ToText(value), arguments.TryGet(0, "chars", out var given) && given is not null ? arguments.Text(0, "chars") : null, true, true),
        "upper" => Values.ToText(value).ToUpperInvariant(),
        "lower" => Values.ToText(value).ToLowerInvariant(),
        "capitalize" => StringMethods.Capitalize(Values.ToText(value)),
        "title" => Title(Values.ToText(value)),
        "string" or "safe" => value is Undefined ? "" : Values.ToText(value),
        "e" or "escape" => Escape(Values.ToText(value)),
        "replace" => StringMethods.Replace(
            Values.ToText(value), Values.ToText(arguments.Required(0, "old")), Values.ToText(arguments.Required(1, "new")), CountOf(arguments), arguments),
        "indent" => Indent(Values.ToText(value), arguments),
        "center" => Center(Values.ToText(value), arguments),
        "truncate" => Truncate(Values.ToText(value), arguments),
        "wordcount" => (long)Values.ToText(value).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length,
        "format" => PercentFormat.Apply(Values.ToText(value), new ListValue(arguments.Positional, isTuple: true), arguments.Position),
        "tojson" => Json.Write(value, arguments),
        "default" or "d" => value is Undefined || (arguments.Flag(1, "boolean", false) && !Values.IsTrue(value))
            ? arguments.TryGet(0, "default_value", out var otherwise) ? otherwise : "" : value,
        "int" => ToInteger(value, arguments),
        "float" => ToFloat(value, arguments),
        "abs" => value is double number ? Math.Abs(number) : Comparisons.IsNumber(value) && Comparisons.ToDouble(value) >= 0
            ? Arithmetic.Sign("+", value, arguments.Position) : Arithmetic.Sign("-", value, arguments.Position),
        "round" => Round(value, arguments),
        "attr" => Attributes.Get(value, arguments.Text(0, "name"), arguments.Position),
        _ => ApplyToSequence(name, value, arguments),
    };

    private static long CountOf(CallArguments arguments) => arguments.TryGet(2, "count", out var count) && count is not null ? arguments.Integer(2, "count", -1) : -1;

    private static string Title(string text)
    {
        var result = new StringBuilder(text.Length);
        var isBeginning = true;
        foreach (var unit in text)
        {
            result.Append(isBeginning ? char.ToUpperInvariant(unit) : char.ToLowerInvariant(unit));
            isBeginning = unit is '-' or '(' or '{' or '[' or '<' || char.IsWhiteSpace(unit);
        }

        return result.ToString();
    }

    private static string Escape(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace("'", "&#39;", StringComparison.Ordinal).Replace("\"", "&#34;", StringComparison.Ordinal);

    private static string Indent(string text, CallArguments arguments)
    {
        var by = arguments.TryGet(0, "width", out var width) && width is string given
            ? given : new string(' ', (int)Math.Clamp(arguments.Integer(0, "width", 4), 0, 10_000));
        var indentsBlank = arguments.Flag(2, "blank", false);
        string[] lines = [.. StringMethods.Lines(text + "\n")];
        arguments.Renderer.Budget.ChargeText(arguments.Position, text.Length + (lines.Length * (long)by.Length));
        var result = new StringBuilder();
        for (var i = 0; i < lines.Length; i++)
        {
            result.Append(i > 0 ? "\n" : "");
            result.Append(i > 0 && (indentsBlank || lines[i].Length > 0) ? by : "").Append(lines[i]);
        }

        return (arguments.Flag(1, "first", false) ? by : "") + result;
    }

    private static string Center(string text, CallArguments arguments)
    {
        var width = arguments.Integer(0, "width", 80);
        arguments.Renderer.Budget.ChargeText(arguments.Position, width);
        return StringMethods.Center(text, (int)Math.Clamp(width, 0, int.MaxValue / 4));
    }

    private static string Truncate(string text, CallArguments arguments)
    {
        var length = arguments.Integer(0, "length", 255);
        var end = arguments.Text(2, "end", "...");
        var leeway = arguments.Integer(3, "leeway", 5);
        if (length < end.Length || leeway < 0)
        {
            throw arguments.Fault($"has length {length} and leeway {leeway}; expected a length of {end.Length} or more and a leeway of 0 or more");
        }

        if (text.Length <= length + leeway)
        {
            return text;
        }

        var cut = text[..(int)(length - end.Length)];
        if (!arguments.Flag(1, "killwords", false) && cut.LastIndexOf(' ') is >= 0 and var space)
        {
            cut = cut[..space];
        }

        return cut + end;
    }

    private static object? ToInteger(object? value, CallArguments arguments)
    {
        var otherwise = arguments.TryGet(0, "default", out var given) ? given : 0L;
        switch (value)
        {
            case long or bool:
                return Arithmetic.Sign("+", value, arguments.Position);
            case double number:
                return double.IsFinite(number) && Math.Abs(number) < 9.2e18 ? (long)number : otherwise;
            case string text:
                text = text.Trim().Replace("_", "", StringComparison.Ordinal);
                if (arguments.Integer(1, "base", 10) == 16)
                {
                    text = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text[2..] : text;
                    return long.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex) ? hex : otherwise;
                }

                if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
                {
                    return whole;
                }

                return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && Math.Abs(real) < 9.2e18 ? (long)real : otherwise;
            default:
                return otherwise;
        }
    }

    private static object? ToFloat(object? value, CallArguments arguments) => value switch
    {
        long or bool or double => Comparisons.ToDouble(value),
        string text when double.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        _ => arguments.TryGet(0, "default", out var otherwise) ? otherwise : 0.0,
    };

    private static double Round(object? value, CallArguments arguments)
    {
        if (!Comparisons.IsNumber(value))
        {
            throw arguments.Fault($"needs a number, but got {Values.Describe(value)}");
        }

        var precision = (int)Math.Clamp(arguments.Integer(0, "precision", 0), -300, 15);
        var number = Comparisons.ToDouble(value);
        var factor = Math.Pow(10, precision);
        return arguments.Text(1, "method", "common") switch
        {
            "common" => precision >= 0 ? Math.Round(number, precision, MidpointRounding.ToEven) : Math.Round(number * factor, MidpointRounding.ToEven) / factor,
            "ceil" => Math.Ceiling(number * factor) / factor,
            "floor" => Math.Floor(number * factor) / factor,
            var other => throw arguments.Fault($"has method '{other}'; expected common, ceil or floor"),
        };
    }
}
