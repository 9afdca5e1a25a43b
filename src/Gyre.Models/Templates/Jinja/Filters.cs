using System.Globalization;
using System.Runtime.CompilerServices;
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
    /// <remarks>Errors: RUN0204 for a filter that is not known. Cost: charged before the work, see <see cref="RenderBudget"/>.</remarks>
    public static object? Apply(string name, object? value, CallArguments arguments)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack(); // 'map' applies filters, 'map' among them.
        arguments.Budget.Position = arguments.Position;
        return ApplyToValue(name, value, arguments);
    }

    private static object? ApplyToValue(string name, object? value, CallArguments arguments) => name switch
    {
        "trim" => StringMethods.Trim(
            TextOf(value, arguments), arguments.TryGet(0, "chars", out var given) && given is not null ? arguments.Text(0, "chars") : null, true, true, arguments.Budget),
        "upper" => TextOf(value, arguments).ToUpperInvariant(),
        "lower" => TextOf(value, arguments).ToLowerInvariant(),
        "capitalize" => StringMethods.Capitalize(TextOf(value, arguments)),
        "title" => Title(TextOf(value, arguments)),
        "string" or "safe" => Values.ToText(value, arguments.Budget),
        "e" or "escape" => Escape(TextOf(value, arguments), arguments.Budget),
        "replace" => StringMethods.Replace(
            TextOf(value, arguments), TextOf(arguments.Required(0, "old"), arguments), TextOf(arguments.Required(1, "new"), arguments), CountOf(arguments), arguments.Budget),
        "indent" => Indent(TextOf(value, arguments), arguments),
        "center" => Center(TextOf(value, arguments), arguments),
        "truncate" => Truncate(TextOf(value, arguments), arguments),
        "wordcount" => Words(TextOf(value, arguments)),
        "format" => PercentFormat.Apply(TextOf(value, arguments), new ListValue(arguments.Positional, isTuple: true), arguments.Position, arguments.Budget),
        "tojson" => Json.Write(value, arguments),
        "default" or "d" => value is Undefined || (arguments.Flag(1, "boolean", false) && !Values.IsTrue(value))
            ? arguments.TryGet(0, "default_value", out var otherwise) ? otherwise : "" : value,
        "int" => ToInteger(value, arguments),
        "float" => ToFloat(value, arguments),
        "abs" => value is double number ? Math.Abs(number) : Comparisons.IsNumber(value) && Comparisons.ToDouble(value) >= 0
            ? Arithmetic.Sign("+", value, arguments.Position) : Arithmetic.Sign("-", value, arguments.Position),
        "round" => Round(value, arguments),
        "attr" => Attributes.Get(value, arguments.Text(0, "name"), arguments.Position, arguments.Budget),
        _ => ApplyToSequence(name, value, arguments),
    };

    private static long CountOf(CallArguments arguments) => arguments.TryGet(2, "count", out var count) && count is not null ? arguments.Integer(2, "count", -1) : -1;

    // The text of a value, after charging for another one of its length.
    private static string TextOf(object? value, CallArguments arguments)
    {
        var text = Values.ToText(value, arguments.Budget);
        arguments.Budget.ChargeText(text.Length);
        return text;
    }

    private static long Words(string text)
    {
        var words = 0L;
        for (var i = 0; i < text.Length; i++)
        {
            words += !char.IsWhiteSpace(text[i]) && (i == 0 || char.IsWhiteSpace(text[i - 1])) ? 1 : 0;
        }

        return words;
    }

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

    private static string Escape(string text, RenderBudget budget)
    {
        var result = new MeteredText(budget);
        foreach (var unit in text)
        {
            _ = unit switch
            {
                '&' => result.Append("&amp;"),
                '>' => result.Append("&gt;"),
                '<' => result.Append("&lt;"),
                '\'' => result.Append("&#39;"),
                '"' => result.Append("&#34;"),
                _ => result.Append(unit),
            };
        }

        return result.ToString();
    }

    private static string Indent(string text, CallArguments arguments)
    {
        var by = arguments.TryGet(0, "width", out var width) && width is string given
            ? given : new string(' ', (int)Math.Clamp(arguments.Integer(0, "width", 4), 0, 10_000));
        var indentsBlank = arguments.Flag(2, "blank", false);
        var result = new MeteredText(arguments.Budget).Append(arguments.Flag(1, "first", false) ? by : "");
        var isFirst = true;
        foreach (var line in StringMethods.Lines(text + "\n"))
        {
            arguments.Budget.Charge(1);
            result.Append(isFirst ? "" : "\n");
            result.Append(!isFirst && (indentsBlank || line.Length > 0) ? by : "").Append(line);
            isFirst = false;
        }

        return result.ToString();
    }

    private static string Center(string text, CallArguments arguments) => StringMethods.Center(text, StringMethods.PaddedLength(text, arguments, 80));

    private static string Truncate(string text, CallArguments arguments)
    {
        var length = arguments.Integer(0, "length", 255);
        var end = arguments.Text(2, "end", "...");
        var leeway = arguments.Integer(3, "leeway", 5);
        if (length < end.Length || leeway < 0)
        {
            throw arguments.Fault($"has length {length} and leeway {leeway}; expected a length of {end.Length} or more and a leeway of 0 or more");
        }

        if (text.Length - leeway <= length) // A sum of the two may not fit 64 bits.
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
                text = TextOf(text, arguments).Trim().Replace("_", "", StringComparison.Ordinal);
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
        string text when double.TryParse(TextOf(text, arguments).Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
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
