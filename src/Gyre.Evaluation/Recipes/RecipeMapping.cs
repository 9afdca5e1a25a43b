using System.Globalization;
using Gyre.Evaluation.Reports;
using YamlDotNet.RepresentationModel;

namespace Gyre.Evaluation.Recipes;

/// <summary>One mapping of a recipe: typed access to its keys, faults gathered with their line, unknown keys found at the end.</summary>
internal sealed class RecipeMapping(YamlMappingNode? node, string path, List<string> faults)
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>The keys that are there.</summary>
    public IReadOnlyList<string> Keys => node is null ? [] : [.. node.Children.Keys.OfType<YamlScalarNode>().Select(key => key.Value ?? "")];

    /// <summary>True when the key is there.</summary>
    public bool Has(string key) => Find(key) is not null;

    /// <summary>The mapping under a key; a missing one reads as empty.</summary>
    public RecipeMapping Mapping(string key, bool optional = false)
    {
        var child = Find(key);
        if (child is not YamlMappingNode && !(child is null && (optional || node is null)))
        {
            Fault(key, child is null ? "is missing; expected a mapping." : "is not a mapping.");
        }

        return new RecipeMapping(child as YamlMappingNode, Path(key), faults);
    }

    /// <summary>The mappings of the list under a key.</summary>
    public IReadOnlyList<RecipeMapping> List(string key)
    {
        if (Find(key) is not YamlSequenceNode { Children.Count: > 0 } list)
        {
            Fault(key, "is missing or empty; expected a list.");
            return [];
        }

        var items = new List<RecipeMapping>(list.Children.Count);
        foreach (var item in list.Children)
        {
            if (item is YamlMappingNode mapping)
            {
                items.Add(new RecipeMapping(mapping, $"{Path(key)}[{items.Count}]", faults));
            }
            else
            {
                faults.Add($"line {item.Start.Line}: {Path(key)}: holds something that is not a mapping.");
            }
        }

        return items;
    }

    /// <summary>The text under a key.</summary>
    public string Text(string key, string? fallback = null)
    {
        switch (Find(key))
        {
            case YamlScalarNode { Value: { Length: > 0 } value }:
                return value;
            case null when fallback is not null:
                return fallback;
            case null:
                Fault(key, "is missing; expected text.");
                return "";
            default:
                Fault(key, "is empty or not text.");
                return "";
        }
    }

    /// <summary>The texts of the list under a key; none when the key is missing.</summary>
    public IReadOnlyList<string> Texts(string key)
    {
        switch (Find(key))
        {
            case null:
                return [];
            case YamlSequenceNode list when list.Children.All(item => item is YamlScalarNode { Value.Length: > 0 }):
                return [.. list.Children.Select(item => ((YamlScalarNode)item).Value!)]; // All have one, see above.
            default:
                Fault(key, "is not a list of texts.");
                return [];
        }
    }

    /// <summary>The number under a key.</summary>
    public double Number(string key, double minimum, double maximum, double? fallback, bool whole = false)
    {
        var expected = $"expected a {(whole ? "whole " : "")}number from {Show(minimum)} to {Show(maximum)}.";
        switch (Find(key))
        {
            case YamlScalarNode scalar when double.TryParse(scalar.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
                && value >= minimum && value <= maximum && (!whole || Math.Floor(value) == value):
                return value;
            case YamlScalarNode scalar:
                Fault(key, $"'{scalar.Value}' was found; {expected}");
                break;
            case null when fallback is { } value:
                return value;
            case null when node is not null:
                Fault(key, $"is missing; {expected}");
                break;
            case not null:
                Fault(key, $"is not a number; {expected}");
                break;
        }

        return fallback ?? minimum;
    }

    /// <summary>True when the key holds text.</summary>
    public bool IsText(string key) => Find(key) is YamlScalarNode;

    /// <summary>The flag under a key; false when it is missing.</summary>
    public bool Flag(string key)
    {
        switch (Find(key))
        {
            case null:
                return false;
            case YamlScalarNode { Value: "true" or "false" } scalar:
                return scalar.Value == "true";
            default:
                Fault(key, "is neither true nor false.");
                return false;
        }
    }

    /// <summary>One of a list of words.</summary>
    public T Choice<T>(string key, T fallback)
        where T : struct, Enum
    {
        if (!Has(key))
        {
            return fallback;
        }

        var word = Text(key);
        if (WireName.TryParse<T>(word, out var found))
        {
            return found;
        }

        Fault(key, $"'{word}' is unknown; expected one of {string.Join(", ", Enum.GetValues<T>().Select(value => WireName.Of(value)))}.");
        return fallback;
    }

    /// <summary>Notes a fault at a key.</summary>
    public void Fault(string key, string message)
    {
        var line = (Find(key) ?? node)?.Start.Line ?? 0;
        faults.Add(line > 0 ? $"line {line}: {Path(key)}: {message}" : $"{Path(key)}: {message}");
    }

    /// <summary>Faults every key that nothing asked for.</summary>
    public void Finish()
    {
        var expected = string.Join(", ", _known.Order(StringComparer.Ordinal));
        foreach (var key in Keys.Where(key => !_known.Contains(key)).ToArray())
        {
            Fault(key, $"is unknown; expected one of {expected}.");
        }
    }

    private YamlNode? Find(string key)
    {
        _known.Add(key);
        return node is not null && node.Children.TryGetValue(new YamlScalarNode(key), out var child) ? child : null;
    }

    private string Path(string key) => path.Length == 0 ? key : $"{path}.{key}";

    private static string Show(double value) => value.ToString(CultureInfo.InvariantCulture);
}
