using System.Globalization;
using System.Text.Json;

namespace Gyre.Registry.Datasets;

/// <summary>Learns the columns of rows, one row after another.</summary>
/// <remarks>Cost: memory for at most 1,000 columns with 32 short values each.</remarks>
internal sealed class SchemaBuilder
{
    public const int MostColumns = 1000;
    private const int MostValues = 32;
    private const int MostValueCharacters = 64;
    private static readonly string[] TypeNames = ["text", "whole number", "number", "boolean", "list", "object"];
    private readonly Dictionary<string, Column> _columns = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Parent, string Name), string> _paths = [];
    private long _rows;

    /// <summary>False when there are more columns than a table has.</summary>
    public bool TryAdd(JsonElement row)
    {
        _rows++;
        foreach (var member in row.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Object)
            {
                foreach (var inner in member.Value.EnumerateObject())
                {
                    Add(PathOf(member.Name, inner.Name), inner.Value);
                }
            }
            else
            {
                Add(member.Name, member.Value);
            }

            if (_columns.Count > MostColumns)
            {
                return false;
            }
        }

        return true;
    }

    public IReadOnlyList<DatasetColumn> Finish() => [.. _columns.OrderBy(column => column.Key, StringComparer.Ordinal).Select(column => column.Value.Finish(column.Key, _rows))];

    private string PathOf(string parent, string name)
    {
        if (!_paths.TryGetValue((parent, name), out var path))
        {
            _paths[(parent, name)] = path = $"{parent}.{name}";
        }

        return path;
    }

    private void Add(string name, JsonElement value)
    {
        if (!_columns.TryGetValue(name, out var column))
        {
            _columns[name] = column = new Column();
        }

        column.Add(value);
    }

    private sealed class Column
    {
        private readonly long[] _types = new long[TypeNames.Length];
        private Dictionary<string, long>? _values = new(StringComparer.Ordinal);
        private bool _areWhole = true;
        private bool _areNumbers = true;
        private int _longest;

        public void Add(JsonElement value)
        {
            switch (value.ValueKind)
            {
                case JsonValueKind.String:
                    _types[0]++;
                    AddText(value.GetString()!); // The kind says that there is one.
                    break;
                case JsonValueKind.Number:
                    _types[value.TryGetInt64(out _) ? 1 : 2]++;
                    break;
                case JsonValueKind.True or JsonValueKind.False:
                    _types[3]++;
                    break;
                case JsonValueKind.Array:
                    _types[4]++;
                    break;
                case JsonValueKind.Object:
                    _types[5]++;
                    break;
                default:
                    break; // Null is as good as absent.
            }
        }

        public DatasetColumn Finish(string name, long rows) => new(
            name,
            [.. Enumerable.Range(0, TypeNames.Length).Where(type => _types[type] > 0).OrderByDescending(type => _types[type]).Select(type => TypeNames[type])],
            _types.Sum(),
            _types.Sum() == rows,
            _types[0] == 0 ? "" : _areWhole ? "whole numbers" : _areNumbers ? "numbers" : "",
            _longest,
            _values is null ? [] : [.. _values.OrderByDescending(value => value.Value).ThenBy(value => value.Key, StringComparer.Ordinal)]);

        private void AddText(string text)
        {
            _longest = Math.Max(_longest, text.Length);
            _areWhole = _areWhole && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);
            _areNumbers = _areNumbers && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
            if (_values is null)
            {
                return;
            }

            // Ids and prompts differ in every row; they are given up early.
            if (text.Length > MostValueCharacters || (!_values.ContainsKey(text) && _values.Count == MostValues))
            {
                _values = null;
                return;
            }

            _values[text] = _values.GetValueOrDefault(text) + 1;
        }
    }
}
