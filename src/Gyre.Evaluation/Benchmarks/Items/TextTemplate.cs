using System.Globalization;
using System.Text;

namespace Gyre.Evaluation.Benchmarks.Items;

/// <summary>A text with places for an item's fields: <c>{question}</c>, <c>{ctx_b|capitalize}</c>, <c>{passage?}</c>; <c>{{</c> and <c>}}</c> are braces.</summary>
/// <remarks>A field that is missing is a fault of the item, unless <c>?</c> says that it may be. Immutable; safe for several threads.</remarks>
internal sealed class TextTemplate
{
    private static readonly Dictionary<string, Func<string, string>> Filters = new(StringComparer.Ordinal)
    {
        ["trim"] = text => text.Trim(),
        ["lower"] = text => text.ToLowerInvariant(),
        ["upper"] = text => text.ToUpperInvariant(),
        ["capitalize"] = text => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..],
        ["decapitalize"] = text => text.Length == 0 ? text : char.ToLowerInvariant(text[0]) + text[1..],
        ["words"] = text => text.Replace('_', ' '),
        ["unstop"] = text => text.TrimEnd('.', ' '),
    };

    private readonly List<Part> _parts = [];

    private TextTemplate(string source) => Source = source;

    /// <summary>The empty text.</summary>
    public static TextTemplate Empty { get; } = new("");

    /// <summary>What it was made of.</summary>
    public string Source { get; }

    /// <summary>True when nothing comes of it.</summary>
    public bool IsEmpty => _parts.Count == 0;

    /// <summary>Reads a template.</summary>
    /// <param name="text">The template.</param>
    /// <param name="fault">What is wrong with it; empty when nothing is.</param>
    public static TextTemplate Parse(string text, out string fault)
    {
        fault = "";
        var template = new TextTemplate(text);
        var literal = new StringBuilder();
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] is '{' or '}' && at + 1 < text.Length && text[at + 1] == text[at])
            {
                literal.Append(text[at++]);
            }
            else if (text[at] == '}')
            {
                fault = $"the brace at {at} closes nothing; write '}}}}' for a brace";
                return Empty;
            }
            else if (text[at] != '{')
            {
                literal.Append(text[at]);
            }
            else
            {
                var end = text.IndexOf('}', at);
                if (end < 0)
                {
                    fault = $"the brace at {at} is not closed; write '{{{{' for a brace";
                    return Empty;
                }

                template.AddLiteral(literal);
                fault = template.AddField(text[(at + 1)..end]);
                if (fault.Length > 0)
                {
                    return Empty;
                }

                at = end;
            }
        }

        template.AddLiteral(literal);
        return template;
    }

    /// <summary>The text for an item.</summary>
    /// <param name="fields">The item's fields.</param>
    /// <param name="faults">Receives what is missing.</param>
    public string Render(IFields fields, ICollection<string> faults)
    {
        if (_parts is [{ IsField: false } only])
        {
            return only.Text;
        }

        var result = new StringBuilder();
        foreach (var part in _parts)
        {
            if (!part.IsField)
            {
                result.Append(part.Text);
            }
            else if (fields.Find(part.Text) is { } value)
            {
                foreach (var filter in part.Filters)
                {
                    value = filter.StartsWith("fill ", StringComparison.Ordinal) ? value.Replace(filter[5..], fields.Find("choice") ?? "", StringComparison.Ordinal) : Filters[filter](value);
                }

                result.Append(value);
            }
            else if (!part.IsOptional)
            {
                faults.Add($"'{part.Text}' is missing");
            }
        }

        return result.ToString();
    }

    private void AddLiteral(StringBuilder literal)
    {
        if (literal.Length > 0)
        {
            _parts.Add(new Part(literal.ToString(), IsField: false, IsOptional: false, []));
            literal.Clear();
        }
    }

    private string AddField(string text)
    {
        var pieces = text.Split('|');
        var name = pieces[0];
        var isOptional = name.EndsWith('?');
        name = isOptional ? name[..^1] : name;
        if (name.Length == 0)
        {
            return "a field has no name";
        }

        var unknown = pieces[1..].Where(filter => !Filters.ContainsKey(filter) && !(filter.StartsWith("fill ", StringComparison.Ordinal) && filter.Length > 5)).ToArray();
        if (unknown.Length > 0)
        {
            return string.Create(CultureInfo.InvariantCulture, $"the filter '{unknown[0]}' is unknown; expected one of {string.Join(", ", Filters.Keys)}, fill TEXT");
        }

        _parts.Add(new Part(name, IsField: true, isOptional, pieces[1..]));
        return "";
    }

    private sealed record Part(string Text, bool IsField, bool IsOptional, string[] Filters);
}
