using System.Text.Json;

namespace Gyre.Models.Constraints.JsonSchemas;

/// <summary>What schemas say about arrays.</summary>
internal sealed class ArrayFacts
{
    /// <summary>The most elements with a schema of their own.</summary>
    private const int MaxPrefix = 500;

    private readonly List<(IReadOnlyList<SchemaNode> First, SchemaNode? Others)> _parts = [];

    /// <summary>Reads the keywords of some schemas.</summary>
    public ArrayFacts(IEnumerable<SchemaNode> nodes)
    {
        foreach (var node in nodes)
        {
            MinItems = Math.Max(MinItems, SchemaKeywords.Count(node, "minItems") ?? 0);
            MaxItems = SchemaKeywords.Count(node, "maxItems") is { } most ? Math.Min(MaxItems ?? most, most) : MaxItems;
            var first = SchemaKeywords.Elements(node, "prefixItems");
            var rest = node.Find("items") is { } items ? node.Child("items", items) : (SchemaNode?)null;
            if (rest is { Element.ValueKind: JsonValueKind.Array })
            {
                // The spelling before draft 2020-12.
                first = SchemaKeywords.Elements(node, "items", mayBeEmpty: true);
                rest = node.Find("additionalItems") is { } others ? node.Child("additionalItems", others) : null;
            }

            if (first.Count > MaxPrefix)
            {
                throw ConstraintErrors.TooLarge("JSON schema", $"{first.Count:N0} elements have schemas of their own at {ConstraintErrors.Place(node.Pointer)}", $"at most {MaxPrefix}");
            }

            _parts.Add((first, rest));
        }
    }

    public int MinItems { get; }

    public int? MaxItems { get; }

    /// <summary>How many first elements some schema speaks of by place.</summary>
    public int PrefixCount => _parts.Count == 0 ? 0 : _parts.Max(part => part.First.Count);

    /// <summary>What an element must satisfy.</summary>
    public List<SchemaNode> SchemasAt(int index)
    {
        var schemas = new List<SchemaNode>();
        foreach (var (first, rest) in _parts)
        {
            if (index < first.Count)
            {
                schemas.Add(first[index]);
            }
            else if (rest is { } others)
            {
                schemas.Add(others);
            }
        }

        return schemas;
    }
}
