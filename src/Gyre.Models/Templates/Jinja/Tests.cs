namespace Gyre.Models.Templates.Jinja;

/// <summary>The tests behind <c>is</c>.</summary>
internal static class Tests
{
    /// <summary>Whether a value passes a test.</summary>
    /// <remarks>Errors: RUN0204 for a test that is not known.</remarks>
    public static bool Apply(string name, object? value, CallArguments arguments) => name switch
    {
        "defined" => value is not Undefined,
        "undefined" => value is Undefined,
        "none" => value is null,
        "boolean" => value is bool,
        "true" => value is true,
        "false" => value is false,
        "integer" => value is long,
        "float" => value is double,
        "number" => Comparisons.IsNumber(value),
        "string" => value is string,
        "mapping" => value is DictionaryValue,
        "sequence" => value is string or ListValue or DictionaryValue,
        "iterable" => value is string or ListValue or DictionaryValue or Undefined,
        "callable" => value is Callable,
        "sameas" => arguments.Required(0, "other") is var other && (ReferenceEquals(value, other) || (value is null or bool && Equals(value, other))),
        "eq" or "equalto" or "==" => Comparisons.AreEqual(value, arguments.Required(0, "other"), arguments.Budget),
        "ne" or "!=" => !Comparisons.AreEqual(value, arguments.Required(0, "other"), arguments.Budget),
        "lt" or "lessthan" or "<" => Order(value, arguments) < 0,
        "le" or "<=" => Order(value, arguments) <= 0,
        "gt" or "greaterthan" or ">" => Order(value, arguments) > 0,
        "ge" or ">=" => Order(value, arguments) >= 0,
        "in" => Comparisons.Contains(arguments.Required(0, "container"), value, arguments.Budget)
            ?? throw arguments.Fault($"looks in {Values.Describe(arguments.Required(0, "container"))}"),
        "odd" => Whole(value, arguments) % 2 != 0,
        "even" => Whole(value, arguments) % 2 == 0,
        "divisibleby" => arguments.Integer(0, "num", 0) is var by && by != 0
            ? by == -1 || Whole(value, arguments) % by == 0 : throw arguments.Fault("divides by zero"),
        "lower" => value is string text && Charged(text, arguments) == text.ToLowerInvariant() && text.Any(char.IsLetter),
        "upper" => value is string capitals && Charged(capitals, arguments) == capitals.ToUpperInvariant() && capitals.Any(char.IsLetter),
        "filter" => value is string filter && Filters.Exists(filter),
        "escaped" => false,
        _ => throw TemplateErrors.Unsupported(arguments.Position, $"the test '{name}'"),
    };

    private static string Charged(string text, CallArguments arguments)
    {
        arguments.Budget.ChargeText(text.Length);
        return text;
    }

    private static int Order(object? value, CallArguments arguments)
    {
        var other = arguments.Required(0, "other");
        return Comparisons.Compare(value, other, arguments.Budget)
            ?? throw arguments.Fault($"compares {Values.Describe(value)} with {Values.Describe(other)}");
    }

    private static long Whole(object? value, CallArguments arguments) => value switch
    {
        long number => number,
        bool flag => flag ? 1 : 0,
        _ => throw arguments.Fault($"needs a whole number, but got {Values.Describe(value)}"),
    };
}
