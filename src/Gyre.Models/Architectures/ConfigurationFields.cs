using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gyre.Models.Architectures;

/// <summary>Typed reads of a JSON object that collect every fault instead of stopping at the first.</summary>
/// <param name="json">The object.</param>
/// <param name="faults">Where faults go.</param>
/// <param name="names">What the file calls fields whose names differ from those asked for: the names that it may have, none for one that it does not.</param>
internal sealed class ConfigurationFields(JsonObject json, List<string>? faults = null, IReadOnlyDictionary<string, string[]>? names = null)
{
    public List<string> Faults { get; } = faults ?? [];

    /// <summary>True when the object has the field, and not as null.</summary>
    public bool Has(string name) => Find(name) is not null;

    /// <summary>True when the object has the field, be it as null.</summary>
    public bool Contains(string name) => json.ContainsKey(Named(name));

    /// <summary>Reports a value that cannot be used.</summary>
    public void Fault(string name, string found, string expected) => Faults.Add($"{Named(name)} is {found}; expected {expected}.");

    public int Integer(string name, int? fallback = null)
    {
        if (Find(name) is not { } node)
        {
            if (fallback is null)
            {
                Faults.Add($"{Named(name)} is missing; expected a whole number.");
            }

            return fallback ?? 0;
        }

        if (node is JsonValue value && value.TryGetValue<int>(out var number))
        {
            return number;
        }

        Faults.Add($"{Named(name)} is {Shown(node)}; expected a whole number.");
        return fallback ?? 0;
    }

    public int? OptionalInteger(string name) => Find(name) is null ? null : Integer(name, 0);

    public double Number(string name, double fallback)
    {
        if (Find(name) is not { } node)
        {
            return fallback;
        }

        if (node is JsonValue value && value.GetValueKind() == JsonValueKind.Number
            && value.TryGetValue<double>(out var number) && double.IsFinite(number))
        {
            return number;
        }

        Faults.Add($"{Named(name)} is {Shown(node)}; expected a number.");
        return fallback;
    }

    public double? OptionalNumber(string name) => Find(name) is null ? null : Number(name, 0);

    public bool Boolean(string name, bool fallback)
    {
        if (Find(name) is not { } node)
        {
            return fallback;
        }

        if (node is JsonValue value && value.TryGetValue<bool>(out var flag))
        {
            return flag;
        }

        Faults.Add($"{Named(name)} is {Shown(node)}; expected true or false.");
        return fallback;
    }

    public string Text(string name, string fallback)
    {
        if (Find(name) is not { } node)
        {
            return fallback;
        }

        if (node is JsonValue value && value.TryGetValue<string>(out var text))
        {
            return text;
        }

        Faults.Add($"{Named(name)} is {Shown(node)}; expected a text.");
        return fallback;
    }

    /// <summary>A number or a list of numbers.</summary>
    public IReadOnlyList<int> Integers(string name)
    {
        if (Find(name) is not { } node)
        {
            return [];
        }

        IEnumerable<JsonNode?> items = node is JsonArray array ? array.ToArray() : new[] { node };
        var numbers = new List<int>();
        foreach (var item in items)
        {
            if (item is JsonValue value && value.TryGetValue<int>(out var number))
            {
                numbers.Add(number);
            }
            else
            {
                Faults.Add($"{Named(name)} holds {Shown(item)}; expected whole numbers.");
            }
        }

        return numbers;
    }

    public IReadOnlyList<string> Texts(string name) =>
        Find(name) is JsonArray array
            ? [.. array.Select(item => item is JsonValue value && value.TryGetValue<string>(out var text) ? text : Shown(item))]
            : [];

    /// <summary>A list of [texts, count] pairs, each repeated as often as it says, up to <paramref name="most"/> texts.</summary>
    public IReadOnlyList<string> Repeated(string name, int most)
    {
        var texts = new List<string>();
        foreach (var pair in Find(name) as JsonArray ?? [])
        {
            if (pair is not JsonArray { Count: 2 } parts || parts[0] is not JsonArray group || parts[1] is not JsonValue count || !count.TryGetValue<int>(out var times))
            {
                Fault(name, Shown(pair), "pairs of a list of texts and a count");
                return [];
            }

            for (var i = 0; i < times && texts.Count < most && group.Count > 0; i++)
            {
                texts.AddRange(group.Select(item => item is JsonValue value && value.TryGetValue<string>(out var text) ? text : Shown(item)));
            }
        }

        return texts;
    }

    public ConfigurationFields? Object(string name)
    {
        if (Find(name) is not { } node)
        {
            return null;
        }

        if (node is JsonObject inner)
        {
            return new ConfigurationFields(inner, Faults);
        }

        Faults.Add($"{Named(name)} is {Shown(node)}; expected an object.");
        return null;
    }

    /// <summary>A list of numbers; empty when there is none.</summary>
    public IReadOnlyList<float> Numbers(string name)
    {
        if (Find(name) is not { } node)
        {
            return [];
        }

        var numbers = new List<float>();
        foreach (var item in node as JsonArray ?? [])
        {
            if (item is JsonValue value && value.GetValueKind() == JsonValueKind.Number && value.TryGetValue<double>(out var number))
            {
                numbers.Add((float)number);
            }
        }

        if (node is not JsonArray array || array.Count != numbers.Count)
        {
            Fault(name, Shown(node), "a list of numbers");
        }

        return numbers;
    }

    private JsonNode? Find(string name)
    {
        foreach (var own in names is not null && names.TryGetValue(name, out var found) ? found : [name])
        {
            if (json.TryGetPropertyValue(own, out var node) && node is not null)
            {
                return node;
            }
        }

        return null;
    }

    private string Named(string name) => names is not null && names.TryGetValue(name, out var found) && found.Length > 0 ? found[0] : name;

    private static string Shown(JsonNode? node)
    {
        var text = node?.ToJsonString() ?? "null";
        return text.Length <= 40 ? text : text[..40] + "…";
    }
}
