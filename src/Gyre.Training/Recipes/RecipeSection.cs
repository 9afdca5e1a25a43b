using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Gyre.Training.Recipes;

/// <summary>
/// Reads one mapping of a recipe key by key: checks types and ranges, fills defaults, remembers every resolved value
/// and reports what it did not expect. It never throws; faults collect in the shared list.
/// </summary>
internal sealed class RecipeSection
{
    private readonly YamlMappingNode? _node;
    private readonly string _path;
    private readonly RecipeReading _reading;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly int _line;

    public RecipeSection(YamlMappingNode? node, string path, int line, RecipeReading reading)
    {
        _node = node;
        _path = path;
        _line = line;
        _reading = reading;
    }

    /// <summary>False when the recipe leaves the whole section out.</summary>
    public bool IsPresent => _node is not null;

    /// <summary>The keys of a mapping whose names are free, in their order.</summary>
    public IReadOnlyList<string> Names => _node is null ? [] : [.. _node.Children.Keys.OfType<YamlScalarNode>().Select(node => node.Value ?? "")];

    public bool Has(string key)
    {
        _known.Add(key);
        return Find(key) is not null;
    }

    public int Integer(string key, int? fallback, int minimum, int maximum) =>
        (int)Whole(key, fallback, minimum, maximum);

    public long Whole(string key, long? fallback, long minimum, long maximum)
    {
        var scalar = Scalar(key, fallback is not null);
        var value = fallback ?? minimum;
        if (scalar is not null)
        {
            var text = (scalar.Value ?? "").Replace("_", "", StringComparison.Ordinal);
            if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var parsed))
            {
                Fault(scalar, key, $"'{scalar.Value}' is not a whole number; expected {minimum} to {maximum}.");
            }
            else if (parsed < minimum || parsed > maximum)
            {
                Fault(scalar, key, $"{parsed} is out of range; expected {minimum} to {maximum}.");
            }
            else
            {
                value = parsed;
            }
        }

        _reading.Resolve(Path(key), value.ToString(CultureInfo.InvariantCulture));
        return value;
    }

    public double Number(string key, double? fallback, double minimum, double maximum)
    {
        var scalar = Scalar(key, fallback is not null);
        var value = fallback ?? minimum;
        if (scalar is not null)
        {
            if (!double.TryParse(scalar.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed) || !double.IsFinite(parsed))
            {
                Fault(scalar, key, $"'{scalar.Value}' is not a number; expected {Show(minimum)} to {Show(maximum)}.");
            }
            else if (parsed < minimum || parsed > maximum)
            {
                Fault(scalar, key, $"{Show(parsed)} is out of range; expected {Show(minimum)} to {Show(maximum)}.");
            }
            else
            {
                value = parsed;
            }
        }

        _reading.Resolve(Path(key), Show(value));
        return value;
    }

    public bool Flag(string key, bool fallback)
    {
        var scalar = Scalar(key, isOptional: true);
        var value = fallback;
        if (scalar is not null)
        {
            switch (scalar.Value)
            {
                case "true": value = true; break;
                case "false": value = false; break;
                default: Fault(scalar, key, $"'{scalar.Value}' is not a truth value; expected true or false."); break;
            }
        }

        _reading.Resolve(Path(key), value ? "true" : "false");
        return value;
    }

    public string Text(string key, string? fallback)
    {
        var scalar = Scalar(key, fallback is not null);
        var value = scalar?.Value ?? fallback ?? "";
        if (scalar is not null && value.Length == 0 && fallback is null)
        {
            Fault(scalar, key, "is empty; expected text.");
        }

        _reading.Resolve(Path(key), value);
        return value;
    }

    public T Choice<T>(string key, T? fallback, params ReadOnlySpan<(string Name, T Value)> choices)
        where T : struct
    {
        var scalar = Scalar(key, fallback is not null);
        var value = fallback ?? choices[0].Value;
        if (scalar is not null && !TryChoose(scalar, key, choices, out value))
        {
            value = fallback ?? choices[0].Value;
        }

        foreach (var choice in choices)
        {
            if (EqualityComparer<T>.Default.Equals(choice.Value, value))
            {
                _reading.Resolve(Path(key), choice.Name);
            }
        }

        return value;
    }

    public IReadOnlyList<T> Choices<T>(string key, T fallback, params ReadOnlySpan<(string Name, T Value)> choices)
        where T : struct
    {
        var values = new List<T>();
        foreach (var scalar in Scalars(key))
        {
            if (TryChoose(scalar, key, choices, out var value))
            {
                values.Add(value);
            }
        }

        if (Find(key) is null)
        {
            values.Add(fallback);
        }

        var names = new List<string>();
        foreach (var choice in choices)
        {
            if (values.Contains(choice.Value))
            {
                names.Add(choice.Name);
            }
        }

        _reading.Resolve(Path(key), string.Join(", ", names));
        return values;
    }

    public IReadOnlyList<string> Texts(string key)
    {
        var values = Scalars(key).Select(scalar => scalar.Value ?? "").ToArray();
        _reading.Resolve(Path(key), string.Join(" | ", values));
        return values;
    }

    /// <summary>A mapping from free names to numbers, sorted by name; empty when left out.</summary>
    public IReadOnlyDictionary<string, double> Numbers(string key, double minimum, double maximum)
    {
        var section = Section(key);
        var values = new SortedDictionary<string, double>(StringComparer.Ordinal);
        if (section._node is not null)
        {
            foreach (var name in section._node.Children.Keys.OfType<YamlScalarNode>().Select(node => node.Value ?? ""))
            {
                values[name] = section.Number(name, null, minimum, maximum);
            }
        }

        return values;
    }

    public RecipeSection Section(string key)
    {
        _known.Add(key);
        var node = Find(key);
        if (node is not null and not YamlMappingNode)
        {
            Fault(node, key, "is not a mapping; expected 'key: value' lines, indented below it.");
        }

        return new RecipeSection(node as YamlMappingNode, Path(key), node is null ? _line : (int)node.Start.Line, _reading);
    }

    /// <summary>A list of mappings, or a single one; empty when left out. The caller finishes each.</summary>
    public IReadOnlyList<RecipeSection> Sections(string key)
    {
        _known.Add(key);
        var children = Find(key) switch
        {
            null => [],
            YamlSequenceNode list => list.Children,
            var single => [single],
        };
        var sections = new List<RecipeSection>(children.Count);
        foreach (var child in children)
        {
            if (child is YamlMappingNode mapping)
            {
                sections.Add(new RecipeSection(mapping, $"{Path(key)}[{sections.Count}]", (int)child.Start.Line, _reading));
            }
            else
            {
                Fault(child, key, "holds an entry that is not a mapping; expected 'key: value' lines.");
            }
        }

        return sections;
    }

    /// <summary>Reports a fault that concerns several keys or a key's meaning.</summary>
    public void Fault(string key, string message)
    {
        var node = Find(key);
        _reading.Faults.Add(new RecipeFault(node is null ? _line : (int)node.Start.Line, Path(key), message));
    }

    /// <summary>Reports the keys that nobody asked for, each with the nearest known one.</summary>
    public void Finish()
    {
        if (_node is null)
        {
            return;
        }

        foreach (var child in _node.Children.Keys)
        {
            var name = child is YamlScalarNode scalar ? scalar.Value ?? "" : child.ToString();
            if (_known.Contains(name))
            {
                continue;
            }

            var nearest = _known.Select(known => (known, distance: EditDistance(name, known))).OrderBy(pair => pair.distance).ThenBy(pair => pair.known, StringComparer.Ordinal).FirstOrDefault();
            var hint = nearest.known is not null && nearest.distance <= Math.Max(2, name.Length / 3)
                ? $"did you mean '{nearest.known}'?"
                : $"expected one of: {string.Join(", ", _known.Order(StringComparer.Ordinal))}.";
            _reading.Faults.Add(new RecipeFault((int)child.Start.Line, Path(name), "is an unknown key; " + hint));
        }
    }

    private static string Show(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private bool TryChoose<T>(YamlScalarNode scalar, string key, ReadOnlySpan<(string Name, T Value)> choices, out T value)
        where T : struct
    {
        var names = new List<string>();
        foreach (var choice in choices)
        {
            if (choice.Name == scalar.Value)
            {
                value = choice.Value;
                return true;
            }

            names.Add(choice.Name);
        }

        Fault(scalar, key, $"'{scalar.Value}' is not known; expected {string.Join(" or ", names)}.");
        value = default;
        return false;
    }

    private List<YamlScalarNode> Scalars(string key)
    {
        _known.Add(key);
        var values = new List<YamlScalarNode>();
        switch (Find(key))
        {
            case null:
                break;
            case YamlScalarNode single:
                values.Add(single);
                break;
            case YamlSequenceNode sequence:
                foreach (var child in sequence.Children)
                {
                    if (child is YamlScalarNode scalar)
                    {
                        values.Add(scalar);
                    }
                    else
                    {
                        Fault(child, key, "holds an entry that is not a plain value; expected a list of texts.");
                    }
                }

                break;
            case var other:
                Fault(other, key, "is a mapping; expected a list.");
                break;
        }

        return values;
    }

    private YamlScalarNode? Scalar(string key, bool isOptional)
    {
        _known.Add(key);
        switch (Find(key))
        {
            case YamlScalarNode scalar:
                return scalar;
            case null:
                if (!isOptional && IsPresent)
                {
                    _reading.Faults.Add(new RecipeFault(_line, Path(key), "is missing."));
                }

                return null;
            case var other:
                Fault(other, key, "is not a plain value.");
                return null;
        }
    }

    private YamlNode? Find(string key)
    {
        if (_node is null || !_node.Children.TryGetValue(new YamlScalarNode(key), out var node))
        {
            return null;
        }

        return node is YamlScalarNode { Value: "" or "~" or "null", Style: ScalarStyle.Plain } ? null : node;
    }

    private void Fault(YamlNode node, string key, string message) =>
        _reading.Faults.Add(new RecipeFault((int)node.Start.Line, Path(key), message));

    private string Path(string key) => _path.Length == 0 ? key : $"{_path}.{key}";

    private static int EditDistance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var substitute = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substitute, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[right.Length];
    }
}
