using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gyre.Models.Templates.Jinja;

/// <summary>JSON in and out: values from nodes, and text as Python's <c>json.dumps(value, ensure_ascii=False)</c> writes it.</summary>
internal static class Json
{
    private const int MaxIndent = 100;

    /// <summary>The value of a node, for the rendering that the budget is for.</summary>
    public static object? Read(JsonNode? node, RenderBudget budget)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (node)
        {
            case null:
                return null;
            case JsonObject map:
                var dictionary = new DictionaryValue(budget);
                foreach (var (key, value) in map)
                {
                    dictionary.Set(key, Read(value, budget));
                }

                return dictionary;
            case JsonArray array:
                return new ListValue([.. array.Select(item => Read(item, budget))]);
            default:
                return ReadScalar(node);
        }
    }

    /// <summary>The filter <c>tojson</c>: options ensure_ascii, indent, separators and sort_keys.</summary>
    public static string Write(object? value, CallArguments arguments)
    {
        // Jinja's own first parameter is indent; Hugging Face's is ensure_ascii. A number there can only be an indent.
        var hasIndent = arguments.TryGet(int.MaxValue, "indent", out var indent)
            || (arguments.Positional is [long or null, ..] && arguments.TryGet(0, "indent", out indent))
            || arguments.TryGet(1, "indent", out indent);
        var ascii = arguments.TryGet(0, "ensure_ascii", out var flag) && flag is true;
        var sorts = arguments.TryGet(3, "sort_keys", out var sort) && Values.IsTrue(sort);
        var width = hasIndent && indent is not null ? indent as long? ?? throw arguments.Fault("needs a whole number as indent") : -1;
        var (between, colon) = (width < 0 ? ", " : ",", ": ");
        if (arguments.TryGet(2, "separators", out var separators) && separators is ListValue { Items: [string first, string second] })
        {
            (between, colon) = (first, second);
        }

        var text = new MeteredText(arguments.Budget);
        new Writer(text, arguments, (int)Math.Clamp(width, -1, MaxIndent), between, colon, ascii, sorts).Append(value, 0);
        return text.ToString();
    }

    private static object? ReadScalar(JsonNode node)
    {
        switch (node.GetValueKind())
        {
            case JsonValueKind.String:
                return node.GetValue<string>();
            case JsonValueKind.True:
                return true;
            case JsonValueKind.False:
                return false;
            case JsonValueKind.Number:
                var text = node.ToJsonString();
                return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)
                    ? (object)whole : double.Parse(text, CultureInfo.InvariantCulture);
            default:
                return null;
        }
    }

    private sealed class Writer(MeteredText text, CallArguments arguments, int indent, string between, string colon, bool ascii, bool sorts)
    {
        public void Append(object? value, int depth)
        {
            RuntimeHelpers.EnsureSufficientExecutionStack();
            arguments.Budget.Charge(1);
            switch (value)
            {
                case null:
                    text.Append("null");
                    break;
                case bool flag:
                    text.Append(flag ? "true" : "false");
                    break;
                case long number:
                    text.Append(number.ToString(CultureInfo.InvariantCulture));
                    break;
                case double number:
                    text.Append(double.IsNaN(number) ? "NaN" : double.IsInfinity(number) ? number > 0 ? "Infinity" : "-Infinity" : Values.ToText(number));
                    break;
                case string quoted:
                    AppendQuoted(quoted);
                    break;
                case ListValue list:
                    AppendAll('[', ']', list.Items, depth, item => Append(item, depth + 1));
                    break;
                case DictionaryValue dictionary:
                    var entries = sorts ? SortedEntries(dictionary) : dictionary.Entries;
                    AppendAll('{', '}', entries, depth, entry =>
                    {
                        AppendQuoted(KeyText(entry.Key));
                        text.Append(colon);
                        Append(entry.Value, depth + 1);
                    });
                    break;
                default:
                    throw arguments.Fault($"cannot write {Values.Describe(value)} as JSON");
            }

            arguments.Budget.CheckOutput(text.Length);
        }

        private KeyValuePair<object, object?>[] SortedEntries(DictionaryValue dictionary)
        {
            arguments.Budget.Charge(dictionary.Count);
            return [.. dictionary.Entries.OrderBy(entry => Values.ToText(entry.Key, arguments.Budget), StringComparer.Ordinal)];
        }

        private string KeyText(object key) => key switch
        {
            string name => name,
            bool flag => flag ? "true" : "false",
            long or double => Values.ToText(key, arguments.Budget),
            _ => "null",
        };

        private void AppendAll<T>(char open, char close, IReadOnlyList<T> items, int depth, Action<T> append)
        {
            text.Append(open);
            for (var i = 0; i < items.Count; i++)
            {
                text.Append(i > 0 ? between : "");
                NewLine(depth + 1);
                append(items[i]);
            }

            if (items.Count > 0)
            {
                NewLine(depth);
            }

            text.Append(close);
        }

        private void NewLine(int depth)
        {
            if (indent >= 0)
            {
                text.Append('\n').Append(' ', indent * depth);
            }
        }

        private void AppendQuoted(string value)
        {
            text.Append('"');
            foreach (var unit in value)
            {
                _ = unit switch
                {
                    '"' => text.Append("\\\""),
                    '\\' => text.Append("\\\\"),
                    '\n' => text.Append("\\n"),
                    '\r' => text.Append("\\r"),
                    '\t' => text.Append("\\t"),
                    '\b' => text.Append("\\b"),
                    '\f' => text.Append("\\f"),
                    < ' ' => text.Append("\\u").Append(((int)unit).ToString("x4", CultureInfo.InvariantCulture)),
                    > '\u007F' when ascii => text.Append("\\u").Append(((int)unit).ToString("x4", CultureInfo.InvariantCulture)),
                    _ => text.Append(unit),
                };
            }

            text.Append('"');
        }
    }
}
