using System.Globalization;

namespace Gyre.Models.Templates.Jinja;

/// <summary>Python's <c>"…{}…".format(…)</c>, with values by order, place or name and no attribute access or format codes.</summary>
internal static class BraceFormat
{
    /// <summary>Fills the braces of a text.</summary>
    public static string Apply(string format, CallArguments arguments)
    {
        var text = new MeteredText(arguments.Budget);
        var next = 0;
        for (var at = 0; at < format.Length; at++)
        {
            var unit = format[at];
            if (unit is '{' or '}' && at + 1 < format.Length && format[at + 1] == unit)
            {
                text.Append(unit);
                at++;
            }
            else if (unit == '{')
            {
                var end = format.IndexOf('}', at);
                if (end < 0)
                {
                    throw arguments.Fault("has a brace that is not closed");
                }

                arguments.Budget.Charge(1L + arguments.Named.Count);
                text.Append(Values.ToText(ValueOf(format[(at + 1)..end], arguments, ref next), arguments.Budget));
                at = end;
            }
            else if (unit == '}')
            {
                throw arguments.Fault("has a closing brace alone");
            }
            else
            {
                text.Append(unit);
            }
        }

        return text.ToString();
    }

    private static object? ValueOf(string field, CallArguments arguments, ref int next)
    {
        if (field.Length == 0)
        {
            return arguments.Required(next++, "a value for {}");
        }

        if (int.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out var place))
        {
            return arguments.Required(place, $"a value for {{{place}}}");
        }

        if (field.AsSpan().ContainsAny(".[!:"))
        {
            throw TemplateErrors.Unsupported(arguments.Position, "a format field with attributes or codes");
        }

        return arguments.Required(int.MaxValue, field);
    }
}
